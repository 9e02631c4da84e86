// A PDF of a user's, with its processing state: the row is the truth, queue messages only wake a worker.

import type { DocumentErrorCode, DocumentStatus } from "@pagewise/sdk/contract";
import { Model, type QueryBuilder } from "objection";

export class DocumentModel extends Model {
  static override tableName = "documents";
  static override jsonAttributes = ["pages_unreadable"];
  declare id: string;
  declare user_id: string;
  declare title: string;
  declare filename: string;
  /** int8: a string from the driver. */
  declare bytes: string | number;
  declare sha256: string;
  declare storage_key: string;
  declare status: DocumentStatus;
  declare progress: number;
  declare pages: number | null;
  declare language: string | null;
  declare pages_unreadable: number[];
  declare error_code: DocumentErrorCode | null;
  declare attempts: number;
  declare lost_leases: number;
  declare next_attempt_at: Date;
  declare lease_owner: string | null;
  declare lease_until: Date | null;
  declare run: string | null;
  declare ready_run: string | null;
  declare created_at: Date;
  declare processed_at: Date | null;
  declare deleted_at: Date | null;

  static override modifiers = {
    /** Those that a reader may see. */
    live(query: QueryBuilder<DocumentModel>) {
      query.whereNull("documents.deleted_at");
    },
  };
}
