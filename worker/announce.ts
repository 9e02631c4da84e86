// Telling the readers of a user's document events that a document has changed; they load the row themselves.
import { DocumentModel } from "@pagewise/server/models/document";
import type { WorkerDeps } from "./deps.ts";

/** Never throws: a missed event is made good by the next one, or by the reader's next snapshot. */
export async function announce({ events, log }: WorkerDeps, document: { id: string; user_id: string }): Promise<void> {
  await events
    .append(DocumentModel.eventsKey(document.user_id), "document", { id: document.id })
    .catch((error) => log.warn({ err: error, documentId: document.id }, "a change could not be announced"));
}
