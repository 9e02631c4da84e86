// What the answers of this process ask the database while they are written, in statements that they share.
import { createGathering } from "./gathering.ts";
import { type MessageModel, saveAllStreaming, saveStreaming } from "./models/conversation.ts";
import { type Database, isUndecided } from "./models/database.ts";
import { liveAmong } from "./models/document.ts";

export interface AnswerStatements {
  /** Those of the documents that are there still, and perhaps others. */
  live(documentIds: string[]): Promise<Set<string>>;
  /** Saves fields of an answer. @returns false where nobody writes it any more. */
  save(messageId: string, fields: Partial<MessageModel>): Promise<boolean>;
}

type Row = [messageId: string, fields: Partial<MessageModel>];

/** Of one statement. */
const mostLooks = 256;
const mostSaves = 64;

export function createAnswerStatements(db: Database): AnswerStatements {
  const live = createGathering(async (asked: string[][]) => {
    const there = await liveAmong(db, [...new Set(asked.flat())]);
    return asked.map(() => there);
  }, mostLooks);
  const save = createGathering(async (rows: Row[]) => {
    const saved = await savedTogether(db, rows);
    // By itself, and nobody waits for it: a row that is gone, that somebody holds, or all where one spoilt them.
    return rows.map(([id, fields]) => (saved.has(id) ? true : saveStreaming(db, id, fields)));
  }, mostSaves);
  return { live, save: (messageId, fields) => save([messageId, fields]) };
}

async function savedTogether(db: Database, rows: Row[]): Promise<Set<string>> {
  try {
    return await saveAllStreaming(db, rows);
  } catch (error) {
    // It may have taken effect: each caller knows what to make of that.
    if (isUndecided(error)) throw error;
    return new Set();
  }
}
