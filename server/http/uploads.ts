// The route that takes a PDF in, and the one that tells how much room there is for more.
import type { LibraryUsage, UploadResult } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { createDocument, findDocument } from "../documents.ts";
import { keepKey, once } from "../idempotency.ts";
import { findLibraryUsage } from "../library-room.ts";
import type { Services } from "../services.ts";
import { sessionOf } from "./auth.ts";
import { idempotencyKey, onceKeyOf } from "./idempotency.ts";
import type { Routes } from "./operation.ts";
import { presentDocument } from "./present.ts";
import { libraryUsage, uploadResult } from "./schemas.ts";
import { receivePdf } from "./upload.ts";
import { createUploadLimit, type UploadLimit } from "./upload-limit.ts";

export function addUploadRoutes(routes: Routes, services: Services): void {
  const counted = createUploadLimit(services);
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
        "library-full",
        "idempotency-mismatch",
        "too-many-requests",
      ],
    },
    async (ctx) => {
      const { document, accepted } = await takeIn(services, ctx, counted);
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
  routes.add(
    {
      ...{ method: "get", path: "/users/me/usage", id: "getUsage", tag: "Documents", callers: ["user"] },
      summary: "How much room the documents take, and how much they may",
      answers: { 200: { description: "What is held, and at most.", schema: libraryUsage } },
      problems: [],
    },
    async (ctx) => {
      ctx.body = (await findLibraryUsage(services, sessionOf(ctx).userId)) satisfies LibraryUsage;
    },
  );
}

const located = { Location: "Where the document stands." };

async function takeIn(services: Services, ctx: Context, counted: UploadLimit): ReturnType<typeof createDocument> {
  const { userId } = sessionOf(ctx);
  // A key that is none is told before the file is sent.
  onceKeyOf(ctx, null);
  const file = await counted(ctx, userId, () => receivePdf(services, ctx));
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
