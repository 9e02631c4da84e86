// Which documents a question is answered from: named ones, those that the conversation began with, or all ready ones; a
// visitor's always among those of the embed.
import type { Caller } from "./caller.ts";
import type { ConversationModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import { type DocumentModel, documentsOf } from "./models/document.ts";
import { Problem } from "./problem.ts";

/** Throws `document-not-found`, `document-not-ready`, `no-documents`. */
export async function documentsInScope(
  deps: { db: Database },
  caller: Caller,
  wanted: { documentIds: string[] | undefined; conversation: ConversationModel | null },
): Promise<DocumentModel[]> {
  const found = await findDocuments(deps, caller, wanted);
  if (found.length === 0) {
    throw new Problem(
      "no-documents",
      caller.visitor
        ? "There is no document here to answer from at the moment."
        : "There is no ready document to answer from. Add a PDF and wait until it is ready.",
    );
  }
  return found;
}

async function findDocuments(
  { db }: { db: Database },
  { userId, visitor }: Caller,
  { documentIds, conversation }: { documentIds: string[] | undefined; conversation: ConversationModel | null },
): Promise<DocumentModel[]> {
  const offered = visitor?.embed.document_ids;
  const among = (ids: string[]) => (offered ? ids.filter((id) => offered.includes(id)) : ids);
  if (documentIds) {
    const ids = [...new Set(documentIds.map((id) => id.toLowerCase()))];
    const documents = await documentsOf(db, userId, { ids: among(ids), ready: false });
    if (documents.length < ids.length) throw new Problem("document-not-found");
    const unready = documents.find((document) => document.status !== "ready");
    if (unready) throw notReady(unready);
    return documents;
  }
  return documentsOf(db, userId, { ids: conversation ? among(conversation.document_ids) : offered, ready: true });
}

function notReady(document: DocumentModel): Problem {
  return document.status === "failed"
    ? new Problem(
        "document-not-ready",
        `“${document.title}” could not be read, so no question about it can be answered.`,
      )
    : new Problem("document-not-ready", `“${document.title}” is still being read. Ask again when it is ready.`);
}
