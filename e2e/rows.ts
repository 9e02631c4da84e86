// What must be true of the rows when everything has come to rest, whatever was killed before.
import { expect } from "vitest";
import { type OpenDatabase, openDatabase } from "../server/adapters/database.ts";
import type { Database } from "../server/models/database.ts";
import { distEntry } from "../server/test/dist.ts";
import { silentLog } from "../server/test/log.ts";

export type { OpenDatabase };

/** @param where an embedded one must not be held by a process. */
export function openDatabaseOf(where: { databaseUrl: string | null; dataDir: string }): Promise<OpenDatabase> {
  return openDatabase({ ...where, threadEntry: distEntry("pglite-thread"), log: silentLog });
}

/** Whether no document is on its way, and no rows of runs are left that nobody will read. */
export async function atRest(db: Database): Promise<boolean> {
  const { rows } = await db.raw(`
    select (select count(*) from documents where status in ('queued', 'processing') or run is not null)
      + (select count(*) from pages r join documents d on d.id = r.document_id where r.run is distinct from d.ready_run)
      + (select count(*) from chunks r join documents d on d.id = r.document_id where r.run is distinct from d.ready_run)
      as left`);
  return Number(rows[0].left) === 0;
}

/** Every page and every chunk of a ready document once, each chunk word for word on its page; none of a failed one. */
export async function checkRows(db: Database, id: string, valid: boolean): Promise<void> {
  const [document] = await db("documents").where({ id });
  const pages = await db("pages").where("document_id", id).orderBy("number");
  const chunks = await db("chunks").where("document_id", id).orderBy("ordinal");
  if (!valid) return expect([pages.length, chunks.length]).toEqual([0, 0]);
  expect(new Set([...pages, ...chunks].map((row) => row.run))).toEqual(new Set([document.ready_run]));
  expect(pages.length + document.pages_unreadable.length).toBe(document.pages);
  expect(new Set(pages.map((page) => page.number)).size).toBe(pages.length);
  expect(chunks.map((chunk) => chunk.ordinal)).toEqual(chunks.map((_, index) => index));
  expect(chunks.length).toBeGreaterThan(0);
  const texts = new Map<number, string>(pages.map((page) => [page.number, page.text]));
  for (const { page, char_start, char_end, content } of chunks) {
    expect(texts.get(page)?.slice(char_start, char_end)).toBe(content);
  }
}
