// What stands in addresses: ids and numbers in paths, parameters in queries, and the pages of lists.
import { createHash } from "node:crypto";
import type { Context } from "koa";
import { z } from "zod";
import { Problem, type ProblemCode } from "../problem.ts";
import { invalid, validate } from "./validate.ts";

export interface PathParam<T = unknown> {
  schema: z.ZodType<T>;
  description: string;
  /** What is answered where it cannot be one of ours: nothing stands at that address. */
  missing: ProblemCode;
  read(value: string | undefined): T;
}

export function pathParam<T>(param: Omit<PathParam<T>, "read"> & { detail?: string }): PathParam<T> {
  const { schema, missing, detail } = param;
  return {
    ...param,
    read(value) {
      const result = schema.safeParse(value);
      if (!result.success) throw new Problem(missing, detail);
      return result.data;
    },
  };
}

const id = z.uuid().toLowerCase();

export const documentId = pathParam({
  schema: id,
  description: "The document's id.",
  missing: "document-not-found",
});
export const conversationId = pathParam({
  schema: id,
  description: "The conversation's id.",
  missing: "conversation-not-found",
});
export const messageId = pathParam({ schema: id, description: "The message's id.", missing: "not-found" });

/** @returns what reads and checks each parameter that the schema names */
export function queryReader<T>(schema: z.ZodType<T> & { shape: object }): (ctx: Context) => T {
  const names = Object.keys(schema.shape);
  return (ctx) => validate(schema, Object.fromEntries(names.map((name) => [name, queryValue(ctx, name)])));
}

/** @returns one query parameter, undefined where it is absent or empty. Throws `invalid-request` where it stands twice or holds a NUL. */
function queryValue(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name];
  if (Array.isArray(value)) throw invalid([{ pointer: `/${name}`, detail: "is given more than once" }]);
  if (value?.includes("\0")) throw invalid([{ pointer: `/${name}`, detail: "holds a NUL character" }]);
  return value || undefined;
}

/** A number in a query: decimal digits alone, where JavaScript would take signs, spaces, exponents and other bases too. */
export function decimal<T extends z.ZodType<number>>(number: T) {
  return z.preprocess((text, { issues }) => {
    if (typeof text === "string" && /^\d{1,15}$/.test(text)) return Number(text);
    issues.push({ code: "custom", message: "has to be a whole number, in digits", input: text });
    return z.NEVER;
  }, number);
}

/** The parameters of every list. */
export const paging = {
  limit: decimal(z.number().int().min(1).max(100)).default(50).meta({ description: "How many, at most." }),
  cursor: z.string().optional().meta({ description: "`next_cursor` of the page before, with the same filters." }),
};

/** What a cursor is bound to: change any and the cursor is refused. */
export type CursorFilters = Record<string, string | undefined>;

/** @param key what the next page begins after: JSON, kept small */
export function encodeCursor(key: unknown, filters: CursorFilters): string {
  return Buffer.from(JSON.stringify([fingerprint(filters), key])).toString("base64url");
}

/**
 * @param key the shape of the cursor's key, by default one id
 * @returns the key as it was given to `encodeCursor`, null at the start. Throws `invalid-request`.
 */
export function readCursor(cursor: string | undefined, filters: CursorFilters): string | null;
export function readCursor<T>(cursor: string | undefined, filters: CursorFilters, key: z.ZodType<T>): T | null;
export function readCursor(cursor: string | undefined, filters: CursorFilters, key: z.ZodType<unknown> = z.uuid()) {
  if (cursor === undefined) return null;
  const shape = z.tuple([z.literal(fingerprint(filters)), key]);
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()))[1];
  } catch (error) {
    throw new Problem("invalid-request", "The cursor does not belong to this list.", {
      cause: error,
      errors: [{ pointer: "/cursor", detail: "does not belong to this list" }],
    });
  }
}

function fingerprint(filters: CursorFilters): string {
  const pairs = Object.entries(filters).filter(([, value]) => value !== undefined);
  return createHash("sha256").update(JSON.stringify(pairs.sort())).digest("base64url").slice(0, 10);
}
