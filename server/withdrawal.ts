// What a visitor sees of documents: those that the embed still has and nobody deleted; answers drawn from others are
// withdrawn, and written no further.
import type { Caller } from "./caller.ts";
import type { MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import { liveAmong } from "./models/document.ts";
import { failVisitorsAnswers } from "./models/embed.ts";
import { Problem } from "./problem.ts";

const { code, title, detail } = new Problem(
  "unavailable",
  "What this chat answers from was changed while the answer was being written. Ask again.",
);

/** Stands in place of what was said. */
const withdrawnText = "This answer came from a document that is no longer here.";

/** The documents that a visitor may hear of at this moment; null: an account, whose own history stays as it is. */
export type Offered = ReadonlySet<string> | null;

export async function offeredTo({ db }: { db: Database }, { visitor }: Caller): Promise<Offered> {
  return visitor && liveAmong(db, visitor.embed.document_ids);
}

/** Also where it only looked at such a document: which of them a word came from nobody knows. */
export function isWithdrawn({ citations }: Pick<MessageModel, "citations">, offered: Offered): boolean {
  return offered !== null && citations.some(({ document_id }) => !offered.has(document_id));
}

/** Messages as the caller may read them at this moment. One statement for all of them. */
export async function asOffered(
  deps: { db: Database },
  caller: Caller,
  messages: MessageModel[],
): Promise<MessageModel[]> {
  if (!caller.visitor || messages.every(({ citations }) => citations.length === 0)) return messages;
  const offered = await offeredTo(deps, caller);
  return messages.map((message) =>
    isWithdrawn(message, offered)
      ? message.$clone().$set({ text: withdrawnText, citations: [], cited: [], unsupported: [] })
      : message,
  );
}

/**
 * Ends what is being written for visitors who may not read it any more, at the next save of whichever process writes it.
 * One that began at this very moment is written on, and read by nobody.
 * @param which of one embed, null: of any of the account's; drawn from one of the documents, null: from any
 */
export async function endUnoffered(
  { db }: { db: Database },
  userId: string,
  which: { embedId: string | null; documentIds: string[] | null },
): Promise<void> {
  if (which.documentIds?.length !== 0) await failVisitorsAnswers(db, userId, which, { code, title, detail });
}
