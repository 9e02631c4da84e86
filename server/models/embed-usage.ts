// How much was asked through each embed on each day of UTC: plain statements, for every question waits for one.
import { type Database, runDirectly } from "./database.ts";

export interface UsageOfDay {
  /** `2026-01-31`. */
  day: string;
  sessions: number;
  questions: number;
  refused: number;
}

/**
 * Counts a question where the day has room for it, also of two at once only one takes the last.
 * @param limit null: there is always room. @returns false where there was none
 */
export async function addQuestion(db: Database, embedId: string, day: string, limit: number | null): Promise<boolean> {
  const sql = `insert into embed_usage as usage (embed_id, day, questions) values ($1, $2, 1)
    on conflict (embed_id, day) do update set questions = usage.questions + 1
    where $3::int is null or usage.questions < $3 returning 1`;
  return (await runDirectly(db, sql, [embedId, day, limit])).length > 0;
}

export async function takeQuestionBack(db: Database, embedId: string, day: string): Promise<void> {
  const sql = "update embed_usage set questions = questions - 1 where embed_id = $1 and day = $2 and questions > 0";
  await runDirectly(db, sql, [embedId, day]);
}

export function addRefusal(db: Database, embedId: string, day: string): Promise<void> {
  return addOne(db, "refused", embedId, day);
}

export function addSession(db: Database, embedId: string, day: string): Promise<void> {
  return addOne(db, "sessions", embedId, day);
}

async function addOne(db: Database, column: "refused" | "sessions", embedId: string, day: string): Promise<void> {
  const sql = `insert into embed_usage as usage (embed_id, day, ${column}) values ($1, $2, 1)
    on conflict (embed_id, day) do update set ${column} = usage.${column} + 1`;
  await runDirectly(db, sql, [embedId, day]);
}

/** Days on which nothing happened are left out. */
export async function usageSince(db: Database, embedId: string, day: string): Promise<UsageOfDay[]> {
  const sql = `select day::text, sessions, questions, refused from embed_usage
    where embed_id = $1 and day >= $2 order by day`;
  return runDirectly<UsageOfDay>(db, sql, [embedId, day]);
}
