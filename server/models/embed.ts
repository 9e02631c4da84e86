// Embeds, the visitors who ask through them, and what was asked each day.
import type { EmbedTheme } from "@pagewise/sdk/contract";
import { Model } from "objection";

export class EmbedModel extends Model {
  static override tableName = "embeds";
  static override jsonAttributes = ["document_ids", "allowed_origins", "theme", "starters"];
  declare id: string;
  declare user_id: string;
  declare name: string;
  declare public_key: string;
  declare sealed_secret: string;
  declare sealed_previous_secret: string | null;
  declare previous_secret_until: Date | null;
  declare document_ids: string[];
  declare allowed_origins: string[];
  declare theme: EmbedTheme;
  declare greeting: string;
  declare starters: string[];
  declare locale: string | null;
  declare daily_message_limit: number | null;
  declare visitor_message_limit: number | null;
  declare address_message_limit: number | null;
  declare enabled: boolean;
  declare created_at: Date;
}

/** Somebody who asks through an embed: anonymous, or a person whom the host site named. */
export class VisitorModel extends Model {
  static override tableName = "visitors";
  declare id: string;
  declare embed_id: string;
  /** SHA-256 of the anonymous visitor's id, base64url. */
  declare token_hash: string | null;
  declare subject: string | null;
  declare created_at: Date;
  declare seen_at: Date;
}
