// Addresses that need no header: signed for one sign-in or visitor, path and set of parameters, until a fixed time.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Context } from "koa";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";

const stepMs = 30 * 60 * 1000;

/** Whom an address is signed for, a visitor on pages of one origin: it is good for as long as they stand. */
export type Reader = { sessionId: string } | { visitorId: string; origin: string };

/**
 * `s` session, or `v` visitor and `o` origin; `e` expiry in half hours, `k` key, `m` code; the rest of the query is what
 * was signed with it.
 */
const own = ["e", "k", "m"];

/**
 * @param path from the server's root, as it will be requested
 * @returns path and query, the same for at least half an hour, good for half an hour to an hour
 */
export function signUrl(
  { keys, clock }: Pick<Services, "keys" | "clock">,
  { reader, path, params = {} }: { reader: Reader; path: string; params?: Record<string, string> },
): string {
  const [signing] = keys.data;
  if (!signing) throw new Error("there is no key to sign addresses with");
  // Rounded up, so that the address stays the same and is cached, with a whole step left at its youngest.
  const expiry = Math.ceil(clock.now().getTime() / stepMs) + 1;
  const query = new URLSearchParams(params);
  const [name, id] = "visitorId" in reader ? ["v", reader.visitorId] : ["s", reader.sessionId];
  query.set(name, Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url"));
  if ("visitorId" in reader) query.set("o", reader.origin);
  query.set("e", expiry.toString(36));
  query.set("k", signing.id.slice(0, 6));
  query.set("m", code(signing, path, query));
  return `${path}?${query}`;
}

/** Whether the request carries a signature rather than a token. By its query alone: `ctx.URL` also needs a sound Host. */
export function isSigned(ctx: Context): boolean {
  return ctx.query.m !== undefined;
}

/**
 * Checks the signature of the request's address. Whether its reader still stands, and may still see what it leads to,
 * remains to be looked up. Throws `unauthorized`.
 */
export function checkSignature(services: Pick<Services, "keys" | "clock">, ctx: Context): Reader {
  const query = new URLSearchParams(ctx.querystring);
  const given = Buffer.from(query.get("m") ?? "");
  const signing = services.keys.data.find(({ id }) => id.slice(0, 6) === query.get("k"));
  const reader = readerIn(query);
  if (!signing || !reader || own.some((name) => query.getAll(name).length !== 1)) throw staleAddress();
  query.delete("m");
  const expected = Buffer.from(code(signing, ctx.path, query));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw staleAddress();
  if (Number.parseInt(query.get("e") ?? "", 36) * stepMs <= services.clock.now().getTime()) throw staleAddress();
  return reader;
}

export function staleAddress(): Problem {
  return new Problem("unauthorized", "This address has expired or was changed.");
}

function readerIn(query: URLSearchParams): Reader | null {
  const [id, ...more] = [...query.getAll("s"), ...query.getAll("v")];
  const hex = Buffer.from(id ?? "", "base64url").toString("hex");
  if (hex.length !== 32 || more.length > 0) return null;
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  if (query.has("s")) return { sessionId: uuid };
  const [origin, ...others] = query.getAll("o");
  return origin === undefined || others.length > 0 ? null : { visitorId: uuid, origin };
}

function code({ addressKey }: { addressKey: KeyObject }, path: string, query: URLSearchParams): string {
  const signed = [...query].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort();
  return createHmac("sha256", addressKey)
    .update([path, ...signed].join("\n"))
    .digest("base64url")
    .slice(0, 32);
}
