// Answers that nobody writes any more: their process died, and their lease ended with it.
import { leftUnfinished } from "./answer-end.ts";
import { MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import { Problem } from "./problem.ts";

const { code, title, detail } = new Problem("unavailable", leftUnfinished);

/**
 * Marks them as failed; what was saved of them stays.
 * @param which those of a conversation or one of them; `leaseEndedBefore` null: whatever their lease says.
 * @returns how many there were
 */
export async function failAbandoned(
  db: Database,
  which: { leaseEndedBefore: Date | null; conversationId?: string; messageId?: string },
): Promise<number> {
  const query = MessageModel.query(db)
    .patch({ status: "failed", error: { code, title, detail }, lease_until: null })
    .where("status", "streaming");
  if (which.leaseEndedBefore) query.where("lease_until", "<", which.leaseEndedBefore);
  if (which.conversationId) query.where("conversation_id", which.conversationId);
  if (which.messageId) query.where("id", which.messageId);
  return query;
}
