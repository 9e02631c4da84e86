// What comes in, checked at the door: JSON bodies, and values by their schemas.
import type { Context, Middleware } from "koa";
import { koaBody } from "koa-body";
import type { z } from "zod";
import { Problem } from "../problem.ts";

/** A question of 8,000 characters, each escaped, with a hundred ids fits. */
const jsonLimitBytes = 128 * 1024;
const bodyMs = 20_000;
const maxDepth = 16;

type Method = NonNullable<NonNullable<Parameters<typeof koaBody>[0]>["parsedMethods"]>[number];

const parse = (): Middleware =>
  koaBody({
    json: true,
    jsonStrict: false,
    jsonLimit: jsonLimitBytes,
    multipart: false,
    urlencoded: false,
    text: false,
    patchKoa: true,
    parsedMethods: ["POST", "PUT", "PATCH", "DELETE"] as Method[],
    onError(error) {
      const { status } = error as { status?: unknown };
      if (status === 413) throw new Problem("body-too-large", `A request may hold ${jsonLimitBytes} bytes.`);
      if (status === 415) throw new Problem("unsupported-media-type", "This content encoding is not understood.");
      throw new Problem("malformed-request", "The body is not valid JSON.", { cause: error });
    },
  });

/** Reads a JSON body into `ctx.request.body`; no body at all reads as an empty object. */
export const jsonBody: Middleware = async (ctx, next) => {
  // `fetch` says that nothing comes by a length of 0.
  const type = ctx.request.length === 0 ? null : ctx.request.is("json", "+json");
  if (type === false) throw new Problem("unsupported-media-type", "Send the body as application/json.");
  if (type === null) ctx.request.body = {};
  else
    await inTime(
      ctx,
      parse()(ctx, () => Promise.resolve()),
    );
  if (ctx.request.body === undefined || ctx.request.body === "") ctx.request.body = {};
  refuseHostile(ctx.request.body);
  return next();
};

/** A body that trickles in byte by byte would hold its connection for as long as it likes. */
async function inTime(ctx: Context, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      ctx.set("Connection", "close");
      reject(new Problem("malformed-request", "The body did not arrive in time."));
    }, bodyMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Refuses what no schema allows. Walks without recursion: how deep it goes is the sender's choice. */
function refuseHostile(body: unknown): void {
  const waiting: [value: unknown, path: string[]][] = [[body, []]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, path] = next;
    const refuse = (detail: string) => invalid([{ pointer: path.map(toPointer).join(""), detail }]);
    // PostgreSQL's text holds every character but this one.
    if (typeof value === "string" && value.includes("\0")) throw refuse("holds a NUL character");
    if (typeof value !== "object" || value === null) continue;
    if (path.length >= maxDepth) throw refuse("is nested too deeply");
    for (const [key, child] of Object.entries(value)) waiting.push([child, [...path, key]]);
  }
}

/** @returns the value as the schema makes it. Throws `invalid-request` with a pointer to each fault. */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.map((issue) => ({
      pointer: issue.path.map(toPointer).join(""),
      detail: issue.message,
    })),
  );
}

/** @returns the problem that names these faults */
export function invalid(errors: { pointer: string; detail: string }[]): Problem {
  const [first] = errors;
  const detail = first && `${first.pointer.slice(1) || "The request"}: ${first.detail}`;
  return new Problem("invalid-request", detail, { errors });
}

function toPointer(part: PropertyKey): string {
  return `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
