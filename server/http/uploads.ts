// The route that takes a PDF in.
import type { UploadResult } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { createDocument, findDocument } from "../documents.ts";
import { keepKey, once } from "../idempotency.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { sessionOf } from "./auth.ts";
import { idempotencyKey, onceKeyOf } from "./idempotency.ts";
import type { Routes } from "./operation.ts";
import { presentDocument } from "./present.ts";
import { uploadResult } from "./schemas.ts";
import { receivePdf } from "./upload.ts";

export function addUploadRoute(routes: Routes, services: Services): void {
  const count = uploadLimit(services);
  routes.add(
    {
      ...{ method: "post", path: "/upload", id: "uploadDocument", tag: "Documents", callers: ["user"] },
      summary: "Upload a PDF",
      description: "The same bytes by the same user make no second document; one that had failed is read again.",
      headers: idempotencyKey,
      file: { field: "file", type: "application/pdf" },
      answers: {
        202: { description: "The file has been received and is being read.", schema: uploadResult, headers: located },
        200: { description: "You have uploaded this PDF before.", schema: uploadResult, headers: located },
      },
      problems: [
        "file-too-large",
        "not-a-pdf",
        "file-missing",
        "too-many-files",
        "idempotency-mismatch",
        "too-many-requests",
      ],
    },
    async (ctx) => {
      await count(sessionOf(ctx).userId);
      const { document, accepted } = await takeIn(services, ctx);
      ctx.status = accepted ? 202 : 200;
      ctx.set("Location", `/documents/${document.id}`);
      ctx.body = {
        document_id: document.id,
        status: document.status,
        message: accepted ? "The PDF has been received and is being read." : "You have uploaded this PDF before.",
        document: presentDocument(services, sessionOf(ctx), document),
      } satisfies UploadResult;
    },
  );
}

const located = { Location: "Where the document stands." };

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

/** Counts before the body is read, so that a flood costs no storage. */
function uploadLimit({ config }: Services) {
  const limiter = new RateLimiterMemory({ points: config.uploadsPerHour, duration: 3600 });
  return async (userId: string): Promise<void> => {
    if (config.uploadsPerHour === 0) return;
    await limiter.consume(userId).catch((refusal) => {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new Problem("too-many-requests", "You have uploaded very much in the last hour. Try again later.", {
        headers: { "Retry-After": String(Math.ceil(refusal.msBeforeNext / 1000)) },
      });
    });
  };
}
