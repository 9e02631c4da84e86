// Addresses that need no header: signed for one sign-in or visitor, path and set of parameters, until a fixed time.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Context } from "koa";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";

const stepMs = 30 * 60 * 1000;

/**
 * Whom an address is signed for, a visitor on pages of one origin and in the conversation that it was given in: it is
 * good for as long as they stand.
 */
export type Reader = { sessionId: string } | VisitingReader;

interface VisitingReader {
  visitorId: string;
  origin: string;
  conversationId: string;
}

/**
 * `s` session, or `v` visitor, `o` origin and `c` conversation; `e` expiry in half hours, `k` key, `m` code; the rest of
 * the query is what was signed with it.
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
  if ("visitorId" in reader) {
    query.set("v", packed(reader.visitorId));
    query.set("o", reader.origin);
    query.set("c", packed(reader.conversationId));
  } else {
    query.set("s", packed(reader.sessionId));
  }
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
  const once = (name: string) => (query.getAll(name).length === 1 ? query.get(name) : null);
  if (query.has("s") === query.has("v")) return null;
  if (query.has("s")) {
    const sessionId = unpacked(once("s"));
    return sessionId === null ? null : { sessionId };
  }
  const [visitorId, origin, conversationId] = [unpacked(once("v")), once("o"), unpacked(once("c"))];
  const isWhole = visitorId !== null && origin !== null && conversationId !== null;
  return isWhole ? { visitorId, origin, conversationId } : null;
}

const packed = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex").toString("base64url");

function unpacked(text: string | null): string | null {
  const hex = Buffer.from(text ?? "", "base64url").toString("hex");
  return hex.length === 32 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") : null;
}

function code({ addressKey }: { addressKey: KeyObject }, path: string, query: URLSearchParams): string {
  const signed = [...query].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort();
  return createHmac("sha256", addressKey)
    .update([path, ...signed].join("\n"))
    .digest("base64url")
    .slice(0, 32);
}
