// What happened to accounts: who signed in, what was deleted, which keys were changed.
import type { ActivityEvent } from "@pagewise/sdk/contract";
import { Model } from "objection";
import { type Database, runDirectly } from "./database.ts";

export class AuditEventModel extends Model {
  static override tableName = "audit_events";
  declare id: string;
  declare user_id: string;
  declare event: ActivityEvent;
  declare subject: string | null;
  declare network: string | null;
  declare created_at: Date;
}

/** How long an event is kept, in milliseconds. */
export const keptMs = 90 * 24 * 3_600_000;
/** Events of one kind that a user has at most: no flood of one kind pushes out another. */
export const keptOfEach = 200;
const purgedAtOnce = 1000;

type NewEvent = Pick<AuditEventModel, "id" | "user_id" | "event" | "subject" | "network" | "created_at">;

/** Adds one and drops those of its kind that are too many, in one statement. */
export async function addAuditEvent(db: Database, row: NewEvent): Promise<void> {
  // The deletion does not see the new row.
  const sql = `
    with dropped as (
      delete from audit_events where id in (
        select id from audit_events where user_id = $2 and event = $3 order by id desc offset ${keptOfEach - 1}))
    insert into audit_events (id, user_id, event, subject, network, created_at) values ($1, $2, $3, $4, $5, $6)`;
  await runDirectly(db, sql, [row.id, row.user_id, row.event, row.subject, row.network, row.created_at]);
}

/** Removes those that are kept no longer; the rest of very many with the next call. @returns how many there were */
export async function purgeAuditEvents(db: Database, now: Date): Promise<number> {
  const old = AuditEventModel.query()
    .where("created_at", "<=", new Date(now.getTime() - keptMs))
    .orderBy("created_at")
    .limit(purgedAtOnce)
    .select("id");
  return AuditEventModel.query(db).delete().whereIn("id", old);
}
