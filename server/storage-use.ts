// Who keeps files in a storage: each installation leaves a mark there, so that none takes another's files for left-overs.
import { text } from "node:stream/consumers";
import type { Database } from "./models/database.ts";
import { DocumentModel } from "./models/document.ts";
import { readInstallation } from "./models/installation.ts";
import type { Storage } from "./ports.ts";

const marks = "installations/";
const documentKey = /^documents\/([0-9a-f-]{36})(?:\.pdf$|\/)/;
const documentsAtOnce = 100;
/** The newest documents, whose files are looked for. */
const documentsLookedFor = 20;

interface Deps {
  db: Database;
  storage: Storage;
}

export interface StorageUse {
  installation: string;
  /** Ids of other installations that keep files there, or did. */
  others: string[];
  /** Whether a file without a document here belongs to nobody. */
  sole: boolean;
}

/**
 * Leaves this installation's mark, `sole` or `guest`, and says who else is there. It is sole where no file of others
 * stands when it comes. A database that had documents before there were marks is sole also beside files of nobody, as
 * long as most are its own.
 */
export async function useStorage(deps: Deps): Promise<StorageUse> {
  const { db, storage } = deps;
  const { id: installation, had_documents } = await readInstallation(db);
  const users: string[] = [];
  for await (const { key } of storage.list(marks)) users.push(key.slice(marks.length));
  const others = users.filter((id) => id !== installation);
  const key = marks + installation;
  const had = users.includes(installation) ? (await text(await storage.read(key))).trim() : null;
  if (had === "sole") return { installation, others, sole: others.length === 0 };

  const count = { known: 0, unknown: 0 };
  for await (const { known } of storedDocuments(deps)) count[known ? "known" : "unknown"] += 1;
  const noStrangers = count.unknown === 0 || (had_documents && count.known > count.unknown);
  const sole = others.length === 0 && noStrangers;
  const mark = sole ? "sole" : "guest";
  if (had !== mark) await storage.put(key, Buffer.from(mark));
  return { installation, others, sole };
}

/**
 * Whether the storage is the one that the documents' files were put into: a volume that is not mounted and a wrong
 * setting look like an empty one.
 * @param but the document that is not asked about.
 * @returns null where there is no document to tell by.
 */
export async function holdsDocuments({ db, storage }: Deps, but?: string): Promise<boolean | null> {
  const newest = DocumentModel.query(db).modify("live").orderBy("id", "desc").limit(documentsLookedFor);
  if (but) newest.whereNot("id", but);
  const documents = await newest.select("storage_key");
  for (const { storage_key } of documents) if (await storage.stat(storage_key)) return true;
  return documents.length ? false : null;
}

interface StoredDocument {
  /** Whether this database has it. */
  known: boolean;
  keys: string[];
}

/** What stands in the storage by document, one that is listed in two pieces twice. @param before only older files. */
export async function* storedDocuments({ db, storage }: Deps, before?: Date): AsyncGenerator<StoredDocument> {
  let found = new Map<string, string[]>();
  const lookUp = async () => {
    const rows = await DocumentModel.query(db)
      .findByIds([...found.keys()])
      .select("id");
    const known = new Set(rows.map(({ id }) => id));
    const documents = [...found].map(([id, keys]) => ({ known: known.has(id), keys }));
    found = new Map();
    return documents;
  };
  for await (const file of storage.list("documents/")) {
    const id = documentKey.exec(file.key)?.[1];
    if (!id || (before && file.modifiedAt >= before)) continue;
    found.set(id, [...(found.get(id) ?? []), file.key]);
    if (found.size >= documentsAtOnce) yield* await lookUp();
  }
  yield* await lookUp();
}
