// Taking an account away with everything that is the user's: rows in small steps, files, then the user.
import { ConversationModel } from "./models/conversation.ts";
import { DocumentModel } from "./models/document.ts";
import { purgeRuns } from "./models/run.ts";
import { UserModel } from "./models/user.ts";
import type { Storage } from "./ports.ts";
import { endSessions, type SessionDeps } from "./sessions.ts";

const conversationsAtOnce = 20;

/**
 * Nothing of the user's is left when it resolves. Cut off on the way, the account still stands and can be deleted again.
 * Who calls has proven the password.
 */
export async function deleteAccount(deps: SessionDeps & { storage: Storage }, userId: string): Promise<void> {
  const { db, storage } = deps;
  await endSessions(deps, userId);
  // Marked first: workers let go of them, and nobody can be answered from them.
  await DocumentModel.query(db).modify("live").where({ user_id: userId }).patch({ deleted_at: deps.clock.now() });
  for (const { id, storage_key } of await DocumentModel.query(db).where({ user_id: userId })) {
    await purgeRuns(db, id);
    await storage.remove(storage_key);
    await storage.removeAll(`documents/${id}/`);
    await DocumentModel.query(db).deleteById(id);
  }
  const some = () => ConversationModel.query(db).where({ user_id: userId }).select("id").limit(conversationsAtOnce);
  while ((await ConversationModel.query(db).delete().whereIn("id", some())) > 0);
  await UserModel.query(db).deleteById(userId);
}
