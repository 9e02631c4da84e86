// Puts people and small documents straight into a database, as if a worker had read them.
import { createHash } from "node:crypto";
import { v7 as uuid } from "uuid";
import { textSearchConfig } from "../language.ts";
import { type PackedLine, PageModel } from "../models/chunk.ts";
import type { Database } from "../models/database.ts";
import { DocumentModel } from "../models/document.ts";
import { UserModel } from "../models/user.ts";
import { searchTextOf, searchTextVersion } from "../search-text.ts";

export async function addUser(db: Database): Promise<string> {
  const id = uuid();
  await UserModel.query(db).insert({ id, email: `${id}@example.com`, hashed_password: "-" });
  return id;
}

export interface AddedDocument {
  title: string;
  /** The texts of its pages: one chunk each. */
  pages: string[];
  language?: string | null;
  status?: "queued" | "processing" | "ready" | "failed";
}

/** @returns the document's id. */
export async function addDocument(
  db: Database,
  userId: string,
  { title, pages, language = "en", status = "ready" }: AddedDocument,
): Promise<string> {
  const id = uuid();
  const run = uuid();
  await DocumentModel.query(db).insert({
    id,
    user_id: userId,
    title,
    filename: `${title}.pdf`,
    bytes: 1000,
    sha256: createHash("sha256").update(id).digest("hex"),
    storage_key: `documents/${id}.pdf`,
    status,
    language,
    languages: [language],
    index_version: searchTextVersion,
    pages: pages.length,
    run,
    ready_run: status === "ready" ? run : null,
  });
  for (const [index, text] of pages.entries()) {
    const number = index + 1;
    await PageModel.query(db).insert({
      document_id: id,
      run,
      number,
      text,
      width: 595,
      height: 842,
      lines: linesOf(text),
    });
    const { words, pairs } = searchTextOf(text);
    await db.raw(
      `insert into chunks (document_id, run, ordinal, page, char_start, char_end, content, language, tsv)
       values (?, ?, ?, ?, 0, ?, ?, ?, to_tsvector(?::regconfig, ?) || array_to_tsvector(?::text[]))`,
      [id, run, index, number, text.length, text, language, textSearchConfig(language), words, pairs],
    );
  }
  return id;
}

/** Lines one below the other over the width of the page. */
function linesOf(text: string): PackedLine[] {
  let start = 0;
  return text.split("\n").map((line, index): PackedLine => {
    const packed: PackedLine = [start, start + line.length, 1000, 500 + 200 * index, 9000, 650 + 200 * index, 150];
    start += line.length + 1;
    return packed;
  });
}
