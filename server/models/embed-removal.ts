// Removing what embeds leave behind, in small steps: deleted ones with all that hangs on them, visitors who never asked
// and do not come back, and identity tokens that have expired.
import { answerLogs, forgetLogs, loggedSince } from "./answer-logs.ts";
import { ConversationModel } from "./conversation.ts";
import type { Database } from "./database.ts";
import { EmbedModel, IdentityTokenModel, VisitorModel } from "./embed.ts";

/** A conversation takes its messages along. */
const conversationsAtOnce = 5;
const rowsAtOnce = 200;
/** An anonymous visitor who has asked nothing is forgotten after so long. */
const unseenMs = 30 * 24 * 3_600_000;
/** Clocks of several servers may differ: a token that one of them would still take must still be known as used. */
const expiredMs = 10 * 60_000;

export interface RemovalDeps {
  db: Database;
  events: { forget(key: string): Promise<void> };
  clock: { now(): Date };
}

/** Removes an embed with its visitors, their conversations and its counts. Cut off on the way, it can be begun again. */
export async function removeEmbed(deps: RemovalDeps, embedId: string, stop?: AbortSignal): Promise<void> {
  const { db } = deps;
  for (;;) {
    const visitors = await VisitorModel.query(db).where("embed_id", embedId).select("id").limit(rowsAtOnce);
    const ids = visitors.map(({ id }) => id);
    while (await removeSomeConversations(deps, ids)) if (stop?.aborted) return;
    await VisitorModel.query(db).delete().whereIn("id", ids);
    if (ids.length < rowsAtOnce) break;
    if (stop?.aborted) return;
  }
  const tokens = () => IdentityTokenModel.query(db).where("embed_id", embedId).limit(rowsAtOnce).select("jti_hash");
  while ((await IdentityTokenModel.query(db).delete().where("embed_id", embedId).whereIn("jti_hash", tokens())) > 0);
  await EmbedModel.query(db).deleteById(embedId);
}

/** @returns whether there were any */
async function removeSomeConversations({ db, events, clock }: RemovalDeps, visitors: string[]): Promise<boolean> {
  const some = ConversationModel.query(db).whereIn("visitor_id", visitors).select("id").limit(conversationsAtOnce);
  const ids = (await some).map(({ id }) => id);
  const logs = await answerLogs(db, ids, clock.now());
  await ConversationModel.query(db).delete().whereIn("id", ids);
  await forgetLogs(events, logs);
  return ids.length > 0;
}

/** Nothing of what was answered by an embed that its owner has deleted is read any more: its rows go later. */
export async function forgetAnswers({ db, events, clock }: RemovalDeps, embedId: string): Promise<void> {
  const now = clock.now();
  const visitors = VisitorModel.query(db).where("embed_id", embedId).select("id");
  const lately = ConversationModel.query(db).where("updated_at", ">", loggedSince(now)).select("id");
  await forgetLogs(events, await answerLogs(db, lately.whereIn("visitor_id", visitors), now));
}

/** Removes embeds that their owners have deleted. */
export async function removeDeletedEmbeds(deps: RemovalDeps, stop: AbortSignal): Promise<void> {
  const deleted = await EmbedModel.query(deps.db).whereNotNull("deleted_at").select("id");
  for (const { id } of deleted) if (!stop.aborted) await removeEmbed(deps, id, stop);
}

/** Removes identity tokens that have expired, the rest of very many with the next call. @returns how many there were */
export async function removeExpiredIdentityTokens(db: Database, now: Date): Promise<number> {
  const expired = IdentityTokenModel.query()
    .where("expires_at", "<", new Date(now.getTime() - expiredMs))
    .limit(rowsAtOnce)
    .select("embed_id", "jti_hash");
  return IdentityTokenModel.query(db).delete().whereInComposite(["embed_id", "jti_hash"], expired);
}

/** Removes anonymous visitors who have no conversation and were not seen for thirty days. @returns how many there were */
export async function removeUnseenVisitors(db: Database, now: Date, stop: AbortSignal): Promise<number> {
  const before = new Date(now.getTime() - unseenMs);
  let removed = 0;
  let last: Pick<VisitorModel, "id" | "seen_at"> | undefined;
  for (;;) {
    const query = VisitorModel.query(db)
      .whereNull("subject")
      .where("seen_at", "<", before)
      .orderBy(["seen_at", "id"])
      .limit(rowsAtOnce)
      .select("id", "seen_at");
    const looked = await (last
      ? query.whereRaw("(seen_at, id) > (?::timestamptz, ?::uuid)", [last.seen_at, last.id])
      : query);
    removed += await VisitorModel.query(db)
      .delete()
      .whereIn(
        "id",
        looked.map(({ id }) => id),
      )
      // One who has come back at this moment stays.
      .where("seen_at", "<", before)
      .whereNotExists(ConversationModel.query().whereColumn("conversations.visitor_id", "visitors.id"));
    last = looked.at(-1);
    if (looked.length < rowsAtOnce || stop.aborted) return removed;
  }
}
