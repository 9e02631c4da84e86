// The routes of documents: list, read, name, delete, try again, and what changes in them.
import type { Document, DocumentEvent, Page } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import { inOneLine } from "../conversations.ts";
import { watchDocuments } from "../document-events.ts";
import { deleteDocument, findDocument, listDocuments, renameDocument, retryDocument } from "../documents.ts";
import { once } from "../idempotency.ts";
import { type DocumentModel, maxTitleLength } from "../models/document.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sessions.ts";
import { callerOf, sessionOf } from "./auth.ts";
import { addFileRoutes } from "./document-files.ts";
import { idempotencyKey, onceKeyOf } from "./idempotency.ts";
import type { Routes } from "./operation.ts";
import { documentId, encodeCursor, paging, readCursor } from "./parameters.ts";
import { presentDocument } from "./present.ts";
import { document, documentEvents, documentStatus, pageOf } from "./schemas.ts";
import { sendEvents } from "./sse.ts";
import { createStreamLimit } from "./stream-limit.ts";
import { addUploadRoutes } from "./uploads.ts";

const listQuery = z.object({
  status: documentStatus.optional().meta({ description: "Only those that stand so." }),
  q: z.string().max(200).optional().meta({ description: "Part of the title or the file's name, in any case." }),
  ...paging,
});

const renameBody = z.object({
  title: z
    .string()
    .transform(inOneLine)
    .pipe(z.string().min(1).max(maxTitleLength))
    .meta({ minLength: 1, maxLength: maxTitleLength }),
});

const ofUser = { tag: "Documents", callers: ["user"] as "user"[] };

export function addDocumentsRoutes(routes: Routes, services: Services): void {
  const present = (ctx: Context, row: DocumentModel) => presentDocument(services, sessionOf(ctx), row);
  const placeForStream = createStreamLimit(services);
  addUploadRoutes(routes, services);
  addList(routes, services, present);
  // Before the routes by id: "events" is none.
  routes.add(
    {
      ...{ ...ofUser, method: "get", path: "/documents/events", id: "watchDocuments" },
      summary: "Follow what changes in the documents",
      description: "Ends when the sign-in ends; connect again with a new token.",
      answers: {
        200: { description: "The unfinished documents once, then each change.", events: documentEvents },
      },
      problems: ["too-many-requests"],
    },
    async (ctx) => {
      const session = sessionOf(ctx);
      await placeForStream(ctx, callerOf(ctx));
      sendEvents(ctx, (signal) => changesOf(services, session, signal));
    },
  );
  addFileRoutes(routes, services);
  addRoutesOfOne(routes, services, present);
}

type Present = (ctx: Context, row: DocumentModel) => Document;

function addList(routes: Routes, services: Services, present: Present): void {
  routes.add(
    {
      ...{ ...ofUser, method: "get", path: "/documents", id: "listDocuments", summary: "List documents, newest first" },
      query: listQuery,
      answers: { 200: { description: "A page of documents.", schema: pageOf(document) } },
      problems: [],
    },
    async (ctx, { query: { limit, cursor, ...filters } }) => {
      const page = { limit: limit + 1, before: readCursor(cursor, filters) };
      const rows = await listDocuments(services, sessionOf(ctx).userId, filters, page);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      ctx.body = {
        data: rows.slice(0, limit).map((row) => present(ctx, row)),
        next_cursor: last ? encodeCursor(last.id, filters) : null,
      } satisfies Page<Document>;
    },
  );
}

/** What is done with one document, by its id. */
function addRoutesOfOne(routes: Routes, services: Services, present: Present): void {
  const shared = { ...ofUser, path: "/documents/:id", params: { id: documentId } };
  routes.add(
    {
      ...{ ...shared, method: "get", id: "getDocument", summary: "Read a document's state" },
      answers: { 200: { description: "The document.", schema: document } },
      problems: ["document-not-found"],
    },
    async (ctx, { params }) => {
      ctx.body = present(ctx, await findDocument(services, sessionOf(ctx).userId, params.id));
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "patch", id: "renameDocument", summary: "Give a document another title" },
      body: renameBody,
      example: { title: "Annual report 2025" },
      answers: { 200: { description: "The document.", schema: document } },
      problems: ["document-not-found"],
    },
    async (ctx, { params, body }) => {
      ctx.body = present(ctx, await renameDocument(services, sessionOf(ctx).userId, params.id, body.title));
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "delete", id: "deleteDocument", summary: "Delete a document" },
      description: "It is gone at once for every reader; its file, chunks and pictures follow.",
      answers: { 204: { description: "It is gone." } },
      problems: ["document-not-found"],
    },
    async (ctx, { params }) => {
      const { userId } = sessionOf(ctx);
      await deleteDocument(services, userId, params.id);
      await recordAudit(services, { userId, event: "document-deleted", subject: params.id, address: ctx.ip });
      ctx.status = 204;
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "post", path: "/documents/:id/retry", id: "retryDocument" },
      summary: "Read a failed document again",
      headers: idempotencyKey,
      answers: { 202: { description: "It is queued again.", schema: document } },
      problems: ["document-not-found", "not-failed", "idempotency-mismatch"],
    },
    async (ctx, { params }) => {
      const { userId } = sessionOf(ctx);
      const key = onceKeyOf(ctx, null);
      const again = await once(services, key, {
        find: (made) => findDocument(services, userId, made),
        make: () => retryDocument(services, userId, params.id, key),
      });
      ctx.body = present(ctx, again);
      ctx.status = 202;
    },
  );
}

async function* changesOf(services: Services, session: Session, signal: AbortSignal): AsyncGenerator<DocumentEvent> {
  const present = (row: DocumentModel) => presentDocument(services, session, row);
  for await (const change of watchDocuments(services, session, signal)) {
    if (change.event === "snapshot") {
      yield { event: "snapshot", data: { documents: change.documents.map(present) } };
    } else if (change.event === "document") {
      yield { event: "document", data: present(change.document) };
    } else {
      yield { event: "document", data: { id: change.id, deleted: true } };
    }
  }
}
