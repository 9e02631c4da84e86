// The bytes of a document: its file, whole or in ranges, and pictures of its pages.
import type { Context } from "koa";
import { z } from "zod";
import { findDocument, findReadable } from "../documents.ts";
import { createPagePictures } from "../page-pictures.ts";
import { Problem, type ProblemCode } from "../problem.ts";
import type { Services } from "../services.ts";
import { callerOf, citedInOf, sessionOf } from "./auth.ts";
import { notModified } from "./conditional.ts";
import type { Routes } from "./operation.ts";
import { decimal, documentId, pathParam } from "./parameters.ts";
import { pageWidths } from "./present.ts";

/** As long as a signed address is sure to hold. */
const cacheControl = "private, max-age=1800";

type FileServices = Pick<Services, "db" | "storage" | "reader" | "log">;

const noSuchPage = "The document has no such page.";
const pageNumber = pathParam({
  schema: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number),
  description: "The page's number; the first is 1.",
  missing: "not-found",
  detail: noSuchPage,
});
const pictureQuery = z.object({
  width: decimal(z.number().pipe(z.literal([...pageWidths])))
    .default(960)
    .meta({ enum: pageWidths, description: "In pixels." }),
});

/** What is malformed in these counts as absent, as HTTP has it. */
const text = z.string();
const rangeHeaders = {
  Range: { schema: text, description: "One range of bytes, as `bytes=0-1023`." },
  "If-Range": { schema: text, description: "The range only if this ETag is still the file's; else the whole." },
  "If-None-Match": { schema: text, description: "ETags that the caller holds." },
};
const fileHeaders = { ETag: "Names these bytes." };
const rangeAnswerHeaders = { ...fileHeaders, "Content-Range": "Which bytes these are, and of how many." };
const pictureTypes = ["image/webp", "image/png"];

export function addFileRoutes(routes: Routes, services: Services): void {
  const problems = ["document-not-found"] satisfies ProblemCode[];
  const held = { 304: { description: "What the caller holds is still so." } };
  routes.add(
    {
      ...{ method: "get", path: "/documents/:id/file", id: "getDocumentFile", tag: "Documents" },
      ...{ callers: ["user"], signed: ["user"], params: { id: documentId } },
      summary: "The PDF itself, whole or a range of it",
      headers: rangeHeaders,
      answers: {
        200: { description: "The whole file.", content: "application/pdf", headers: fileHeaders },
        206: { description: "The range that was asked for.", content: "application/pdf", headers: rangeAnswerHeaders },
        ...held,
      },
      problems: [...problems, "range-not-satisfiable"],
    },
    sendFile(services),
  );
  routes.add(
    {
      ...{ method: "get", path: "/documents/:id/pages/:n", id: "getPagePicture", tag: "Documents" },
      ...{ callers: ["user"], signed: ["user", "visitor"], params: { id: documentId, n: pageNumber } },
      summary: "A picture of one page",
      description:
        "A visitor sees those that the citations of their own answers lead to, while the conversation is there.",
      query: pictureQuery,
      headers: { "If-None-Match": rangeHeaders["If-None-Match"] },
      answers: { 200: { description: "The picture.", content: pictureTypes, headers: fileHeaders }, ...held },
      problems: [...problems, "not-found"],
    },
    sendPicture(services),
  );
}

function sendFile(services: FileServices) {
  return async (ctx: Context, { params }: { params: { id: string } }): Promise<void> => {
    const document = await findDocument(services, sessionOf(ctx).userId, params.id);
    const file = await services.storage.stat(document.storage_key);
    if (!file) throw new Problem("document-not-found");
    const etag = `"${document.sha256.slice(0, 32)}"`;
    ctx.set({ "Accept-Ranges": "bytes", "Cache-Control": cacheControl });
    if (notModified(ctx, etag)) return;
    // This sets the type by the name's ending, which may be anything.
    ctx.attachment(document.filename, { type: "inline" });
    ctx.type = "application/pdf";
    const range = requestedRange(ctx, etag, file.bytes);
    if (range) {
      ctx.status = 206;
      ctx.set("Content-Range", `bytes ${range.start}-${range.end}/${file.bytes}`);
    }
    ctx.length = range ? range.end - range.start + 1 : file.bytes;
    if (ctx.method === "HEAD") return void ctx.res.end();
    ctx.body = await services.storage.read(document.storage_key, range ?? undefined).catch((error) => {
      // Deleted since it was found.
      if (error.code === "ENOENT") throw new Problem("document-not-found", undefined, { cause: error });
      throw error;
    });
  };
}

interface PictureInput {
  params: { id: string; n: number };
  query: { width: number };
}

function sendPicture(services: FileServices) {
  const pictures = createPagePictures(services);
  return async (ctx: Context, { params: { id, n: page }, query: { width } }: PictureInput): Promise<void> => {
    const document = await findReadable(services, callerOf(ctx), { id, citedIn: citedInOf(ctx) });
    if (document.pages !== null && page > document.pages) throw new Problem("not-found", noSuchPage);
    ctx.set({ "Cache-Control": cacheControl, "Cross-Origin-Resource-Policy": "cross-origin" });
    if (notModified(ctx, `"${document.sha256.slice(0, 32)}-${page}-${width}"`)) return;
    const left = new AbortController();
    const leave = () => left.abort();
    ctx.res.once("close", leave);
    try {
      const picture = await pictures.get(document, page, width, left.signal);
      ctx.type = picture.contentType;
      ctx.body = Buffer.from(picture.bytes);
    } finally {
      ctx.res.off("close", leave);
    }
  };
}

/**
 * One range (RFC 9110, 14.2); several at once, other units and malformed ones are answered by the whole file.
 * Throws `range-not-satisfiable`.
 */
function requestedRange(ctx: Context, etag: string, bytes: number): { start: number; end: number } | null {
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(ctx.get("Range"));
  const condition = ctx.get("If-Range");
  if (!match || (condition && condition !== etag)) return null;
  const [, first, last, suffix] = match;
  const start = first === undefined ? Math.max(0, bytes - Number(suffix)) : Number(first);
  const end = Math.min(bytes - 1, last ? Number(last) : bytes - 1);
  if (last && Number(last) < start) return null;
  if (start >= bytes || Number(suffix) === 0) {
    throw new Problem("range-not-satisfiable", undefined, { headers: { "Content-Range": `bytes */${bytes}` } });
  }
  return { start, end };
}
