// Takes a multipart upload: one PDF straight into storage, checked on its way; whatever goes wrong leaves nothing behind.
import type { IncomingMessage } from "node:http";
import { Writable } from "node:stream";
import type { Context } from "koa";
import { koaBody } from "koa-body";
import { createPdfIntake, type IncomingPdf, type PdfIntake, tooLarge } from "../incoming-pdf.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";

/** What a form may hold beside the file. */
const maxFormBytes = 64 * 1024;
/** How long the rest of a refused upload is read and thrown away, so that its sender comes to read the answer. */
const drainMs = 30_000;

type UploadServices = Pick<Services, "storage" | "config">;
type FormOptions = NonNullable<NonNullable<Parameters<typeof koaBody>[0]>["formidable"]>;
type Part = Parameters<NonNullable<FormOptions["onPart"]>>[0] & { headers?: Record<string, string> };

/** @returns the file, whole and to be committed or aborted. Throws problems as the contract names them. */
export async function receivePdf(services: UploadServices, ctx: Context): Promise<IncomingPdf> {
  const { maxUploadBytes } = services.config;
  const intakes: PdfIntake[] = [];
  let over = false;
  const open = (filename: string | null) => {
    // A second file, or one in a form that has failed: refused by now, but the form parser still opens it.
    if (over || intakes.length) return new Writable({ write: (_part, _encoding, done) => done() });
    const intake = createPdfIntake(services.storage, { maxBytes: maxUploadBytes, filename });
    intakes.push(intake);
    return intake.writable;
  };
  try {
    if (ctx.request.is("multipart/form-data") === false) {
      throw new Problem("unsupported-media-type", "Send the file as multipart/form-data, in the field named file.");
    }
    if (!/^(?:identity)?$/i.test(ctx.get("Content-Encoding"))) {
      throw new Problem("unsupported-media-type", "Send the form without a content encoding.");
    }
    if ((ctx.request.length ?? 0) > maxUploadBytes + maxFormBytes) throw tooLarge(maxUploadBytes);
    await Promise.race([parseForm(ctx, maxUploadBytes, open), outgrown(ctx.req, maxUploadBytes)]);
    const [intake] = intakes;
    if (!intake) throw new Problem("file-missing", "Send a PDF in the field named file.");
    return intake.result();
  } catch (error) {
    over = true;
    drain(ctx.req);
    for (const intake of intakes) await intake.abort();
    throw toProblem(error, maxUploadBytes);
  }
}

/** Rejects once more has come than any form may hold, wherever in it: the form parser bounds neither heads nor what it skips. */
function outgrown(req: IncomingMessage, maxUploadBytes: number): Promise<never> {
  let bytes = 0;
  return new Promise((_, reject) => {
    // Unlike `on`, this does not set the stream flowing before the parser listens.
    req.prependListener("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxUploadBytes + maxFormBytes) reject(tooLarge(maxUploadBytes));
    });
  });
}

async function parseForm(
  ctx: Context,
  maxFileSize: number,
  open: (filename: string | null) => Writable,
): Promise<void> {
  const form = koaBody({
    multipart: true,
    json: false,
    urlencoded: false,
    text: false,
    patchNode: false,
    patchKoa: false,
    formidable: {
      maxFiles: 1,
      maxFileSize,
      maxFields: 20,
      maxFieldsSize: maxFormBytes,
      // An empty file is refused as what it is: not a PDF.
      allowEmptyFiles: true,
      minFileSize: 0,
      filter: ({ name }) => name === "file",
      onPart: (part, handle) => handle(completePart(part)),
      fileWriteStreamHandler: (file) =>
        open((file as { originalFilename?: string } | undefined)?.originalFilename ?? null),
    },
  });
  await form(ctx, async () => {});
}

/** What the form parser leaves out: a file without a type of its own, and a name in RFC 8187's encoding. */
function completePart(part: Part): Part {
  const encoded = /filename\*=utf-8'[^']*'([^;\s]+)/i.exec(part.headers?.["content-disposition"] ?? "")?.[1];
  if (encoded) part.originalFilename = decode(encoded);
  if (part.originalFilename !== null) part.mimetype ??= "application/octet-stream";
  return part;
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function drain(req: IncomingMessage): void {
  if (req.complete || req.destroyed) return;
  // The form parser must not go on gathering what is thrown away.
  req.removeAllListeners("data");
  const timer = setTimeout(() => req.destroy(), drainMs).unref();
  req.once("close", () => clearTimeout(timer));
  req.on("error", () => {});
  req.resume();
}

/** Formidable's codes: 1002 the caller left, 1009 and 1016 too many bytes, 1015 too many files. */
function toProblem(error: unknown, maxUploadBytes: number): unknown {
  if (error instanceof Problem) return error;
  const { code, httpCode } = error as { code?: unknown; httpCode?: unknown };
  if (code === 1009 || code === 1016) return tooLarge(maxUploadBytes);
  if (code === 1015) return new Problem("too-many-files");
  if (code === 1002 || code === "ECONNRESET") {
    return new Problem("malformed-request", "The upload was cut off.", { cause: error });
  }
  if (httpCode === 413)
    return new Problem("body-too-large", "The form holds too much beside the file.", { cause: error });
  if (typeof httpCode === "number") {
    return new Problem("malformed-request", "The form could not be understood.", { cause: error });
  }
  return error;
}
