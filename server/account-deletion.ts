// Taking an account away with everything that is the user's: rows in small steps, files, logs of events, then the user.
import type { Chat } from "./chat.ts";
import { answerLogs, forgetLogs } from "./models/answer-logs.ts";
import { ConversationModel } from "./models/conversation.ts";
import { DocumentModel } from "./models/document.ts";
import { EmbedModel } from "./models/embed.ts";
import { removeEmbed } from "./models/embed-removal.ts";
import { purgeRuns } from "./models/run.ts";
import { UserModel } from "./models/user.ts";
import type { Storage } from "./ports.ts";
import { endSessions, type SessionDeps } from "./sessions.ts";

export type DeletionDeps = SessionDeps & { storage: Storage; chat: Pick<Chat, "abandon"> };

const conversationsAtOnce = 20;

/**
 * Nothing of the user's is left when it resolves. Cut off on the way, the account still stands and can be deleted again.
 * Who calls has proven the password.
 */
export async function deleteAccount(deps: DeletionDeps, userId: string): Promise<void> {
  await endSessions(deps, userId);
  await closeEmbeds(deps, userId);
  const logs = new Set([DocumentModel.eventsKey(userId)]);
  do {
    await removeConversations(deps, userId, logs);
    await removeDocuments(deps, userId);
    for (const { id } of await EmbedModel.query(deps.db).where({ user_id: userId }).select("id"))
      await removeEmbed(deps, id);
  } while (!(await removeUser(deps, userId)));
  // Last, so that whoever still reads hears of the end first.
  await forgetLogs(deps.events, [...logs]);
  deps.log.info({ event: "account-deleted", userId }, "audit");
}

/** Visitors are refused from now on, so that nothing new comes of them. */
async function closeEmbeds({ db, clock }: DeletionDeps, userId: string): Promise<void> {
  const closed = { enabled: false, deleted_at: clock.now() };
  await EmbedModel.query(db).where({ user_id: userId }).whereNull("deleted_at").patch(closed);
}

/** The account's own and its visitors'. @param logs takes in those of their answers */
async function removeConversations({ db, chat, clock }: DeletionDeps, userId: string, logs: Set<string>) {
  for (;;) {
    const found = await ConversationModel.query(db).where({ user_id: userId }).select("id").limit(conversationsAtOnce);
    if (found.length === 0) return;
    const ids = found.map(({ id }) => id);
    for (const log of await answerLogs(db, ids, clock.now())) logs.add(log);
    await ConversationModel.query(db).delete().whereIn("id", ids);
    for (const id of ids) chat.abandon(id);
  }
}

async function removeDocuments({ db, storage, clock }: DeletionDeps, userId: string): Promise<void> {
  // Marked first: workers let go of them, and nobody can be answered from them.
  await DocumentModel.query(db).modify("live").where({ user_id: userId }).patch({ deleted_at: clock.now() });
  for (const { id, storage_key } of await DocumentModel.query(db).where({ user_id: userId })) {
    await purgeRuns(db, id);
    await storage.remove(storage_key);
    await storage.removeAll(`documents/${id}/`);
    await DocumentModel.query(db).deleteById(id);
  }
}

/** @returns false where a document or a question has come in meanwhile, which has a file or a log of its own. */
async function removeUser({ db }: DeletionDeps, userId: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    // Held: what would belong to the user waits, and then finds nobody to belong to.
    await UserModel.query(trx).findById(userId).forUpdate().select("id");
    const theirs = { user_id: userId };
    if (await DocumentModel.query(trx).findOne(theirs).select("id")) return false;
    if (await ConversationModel.query(trx).findOne(theirs).select("id")) return false;
    await UserModel.query(trx).deleteById(userId);
    return true;
  });
}
