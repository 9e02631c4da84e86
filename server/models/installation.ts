// Who this database is: one row, made with the tables.
import type { Database } from "./database.ts";

export interface Installation {
  id: string;
  /** Whether it held documents before storages were marked. */
  had_documents: boolean;
}

export async function readInstallation(db: Database): Promise<Installation> {
  const found = await db<Installation>("installation").first("id", "had_documents");
  if (!found) throw new Error("the table installation has lost its row");
  return found;
}
