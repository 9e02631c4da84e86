// The routes of documents: upload, list, read, name, delete, try again, and what changes in them.
import Router from "@koa/router";
import type { Document, DocumentEvent, Page, UploadResult } from "@pagewise/sdk/contract";
import type { Context, Middleware } from "koa";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { watchDocuments } from "../document-events.ts";
import {
  createDocument,
  deleteDocument,
  findDocument,
  listDocuments,
  renameDocument,
  retryDocument,
} from "../documents.ts";
import { keepKey, once } from "../idempotency.ts";
import { type DocumentModel, maxTitleLength } from "../models/document.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sessions.ts";
import { requireUser, requireUserOrSignature, sessionOf } from "./auth.ts";
import { sendFile, sendPicture } from "./document-files.ts";
import { onceKeyOf } from "./idempotency.ts";
import { presentDocument } from "./present.ts";
import { sendEvents } from "./sse.ts";
import { receivePdf } from "./upload.ts";
import { encodeCursor, jsonBody, pageQuery, pathId, queryValue, validate } from "./validate.ts";

const listQuery = z.object({
  status: z.enum(["queued", "processing", "ready", "failed"]).optional(),
  q: z.string().max(200).optional(),
});

const renameBody = z.object({
  title: z
    .string()
    .transform((title) => title.replace(/[\p{Cc}\s]+/gu, " ").trim())
    .pipe(z.string().min(1).max(maxTitleLength)),
});

export function documentsRoutes(services: Services): Router {
  const router = new Router();
  const user = requireUser(services);
  const userOrSignature = requireUserOrSignature(services);
  const present = (ctx: Context, row: DocumentModel) => presentDocument(services, sessionOf(ctx), row);

  router.post("/upload", user, uploadLimit(services), async (ctx) => {
    const { document, accepted } = await takeIn(services, ctx);
    ctx.status = accepted ? 202 : 200;
    ctx.set("Location", `/documents/${document.id}`);
    ctx.body = {
      document_id: document.id,
      status: document.status,
      message: accepted ? "The PDF has been received and is being read." : "You have uploaded this PDF before.",
      document: present(ctx, document),
    } satisfies UploadResult;
  });

  router.get("/documents", user, async (ctx) => {
    const filters = validate(listQuery, { status: queryValue(ctx, "status"), q: queryValue(ctx, "q") });
    const { limit, cursor } = pageQuery(ctx, { ...filters });
    const page = { limit: limit + 1, before: cursor };
    const rows = await listDocuments(services, sessionOf(ctx).userId, filters, page);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    ctx.body = {
      data: rows.slice(0, limit).map((row) => present(ctx, row)),
      next_cursor: last ? encodeCursor(last.id, { ...filters }) : null,
    } satisfies Page<Document>;
  });

  // Before the routes by id: "events" is none.
  router.get("/documents/events", user, (ctx) =>
    sendEvents(ctx, (signal) => documentEvents(services, sessionOf(ctx), signal)),
  );
  router.get("/documents/:id/file", userOrSignature, sendFile(services));
  router.get("/documents/:id/pages/:n", userOrSignature, sendPicture(services));
  addRoutesOfOne(router, services, { user, present });
  return router;
}

async function takeIn(services: Services, ctx: Context): ReturnType<typeof createDocument> {
  const { userId } = sessionOf(ctx);
  // A key that is none is told before the file is sent.
  onceKeyOf(ctx, null);
  const file = await receivePdf(services, ctx);
  const key = onceKeyOf(ctx, [file.sha256, file.filename]);
  let wanted = false;
  try {
    return await once(services, key, {
      find: async (id) => ({ document: await findDocument(services, userId, id), accepted: true }),
      async make() {
        wanted = true;
        const taken = await createDocument(services, userId, file);
        // Not in one step with the document: the same bytes make no second one anyway.
        if (key) await keepKey(services, key, taken.document.id);
        return taken;
      },
    });
  } finally {
    if (!wanted) await file.abort();
  }
}

/** What is done with one document, by its id. */
function addRoutesOfOne(
  router: Router,
  services: Services,
  { user, present }: { user: Middleware; present: (ctx: Context, row: DocumentModel) => Document },
): void {
  const named = (ctx: Context) => [sessionOf(ctx).userId, pathId(ctx, "id", "document-not-found")] as const;

  router.get("/documents/:id", user, async (ctx) => {
    ctx.body = present(ctx, await findDocument(services, ...named(ctx)));
  });
  router.patch("/documents/:id", user, jsonBody, async (ctx) => {
    const { title } = validate(renameBody, ctx.request.body);
    ctx.body = present(ctx, await renameDocument(services, ...named(ctx), title));
  });
  router.delete("/documents/:id", user, async (ctx) => {
    await deleteDocument(services, ...named(ctx));
    ctx.status = 204;
  });
  router.post("/documents/:id/retry", user, async (ctx) => {
    const [userId, id] = named(ctx);
    const key = onceKeyOf(ctx, null);
    const document = await once(services, key, {
      find: (made) => findDocument(services, userId, made),
      make: () => retryDocument(services, userId, id, key),
    });
    ctx.body = present(ctx, document);
    ctx.status = 202;
  });
}

async function* documentEvents(
  services: Services,
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<DocumentEvent> {
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

/** Counts before the body is read, so that a flood costs no storage. */
function uploadLimit({ config }: Services) {
  const limiter = new RateLimiterMemory({ points: config.uploadsPerHour, duration: 3600 });
  return async (ctx: Context, next: () => Promise<void>): Promise<void> => {
    if (config.uploadsPerHour > 0) {
      await limiter.consume(sessionOf(ctx).userId).catch((refusal) => {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new Problem("too-many-requests", "You have uploaded very much in the last hour. Try again later.", {
          headers: { "Retry-After": String(Math.ceil(refusal.msBeforeNext / 1000)) },
        });
      });
    }
    await next();
  };
}
