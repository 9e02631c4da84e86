// Which documents a question is answered from: named ones, those that the conversation began with, or all ready ones.
import type { ConversationModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import { DocumentModel } from "./models/document.ts";
import { Problem } from "./problem.ts";

/** Throws `document-not-found`, `document-not-ready`, `no-documents`. */
export async function documentsInScope(
  deps: { db: Database },
  userId: string,
  wanted: { documentIds: string[] | undefined; conversation: ConversationModel | null },
): Promise<DocumentModel[]> {
  const found = await findDocuments(deps, userId, wanted);
  if (found.length === 0) {
    throw new Problem(
      "no-documents",
      "There is no ready document to answer from. Add a PDF and wait until it is ready.",
    );
  }
  return found;
}

async function findDocuments(
  deps: { db: Database },
  userId: string,
  { documentIds, conversation }: { documentIds: string[] | undefined; conversation: ConversationModel | null },
): Promise<DocumentModel[]> {
  const live = () => DocumentModel.query(deps.db).where("user_id", userId).modify("live").orderBy("id", "desc");
  if (documentIds) {
    const ids = [...new Set(documentIds.map((id) => id.toLowerCase()))];
    const documents = await live().whereIn("id", ids);
    if (documents.length < ids.length) throw new Problem("document-not-found");
    const unready = documents.find((document) => document.status !== "ready");
    if (unready) throw notReady(unready);
    return documents;
  }
  if (conversation) return live().where("status", "ready").whereIn("id", conversation.document_ids);
  return live().where("status", "ready");
}

function notReady(document: DocumentModel): Problem {
  return document.status === "failed"
    ? new Problem(
        "document-not-ready",
        `“${document.title}” could not be read, so no question about it can be answered.`,
      )
    : new Problem("document-not-ready", `“${document.title}” is still being read. Ask again when it is ready.`);
}
