// What a generated request may hold where something else is expected: values, and ways to spoil JSON, paths and headers.

import { wellFormed } from "../../well-formed.ts";

export type Chance = () => number;

export function pick<T>(chance: Chance, from: readonly T[]): T {
  const one = from[Math.floor(chance() * from.length)];
  if (one === undefined && from.length === 0) throw new Error("there is nothing to pick from");
  return one as T;
}

export const hostileTexts = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "\udfff tail",
  "head \ud83d",
  "\ufeff",
  "\u202egnp.exe",
  "\u2028\u2029",
  "' or 1=1 --",
  "'); drop table users; --",
  "\\' || pg_sleep(10) || \\'",
  "$1 ? ?? :name @name",
  "<script>alert(1)</script>",
  "{{7*7}}$\u007b7*7}<%= 7*7 %>",
  "../../../../etc/passwd",
  "..\\..\\windows",
  "%00%0d%0a",
  "a\r\nSet-Cookie: stolen=1",
  "%s%s%n%x",
  "((((((((((a+)+)+)+)+)+)+)+)+)+$",
  "[".repeat(200),
  "\\",
  "***=(",
  "İıſK",
  "👩‍👩‍👧‍👦".repeat(60),
  "e\u0301".repeat(200),
  "-1",
  "1e309",
  "NaN",
  "9007199254740993",
  "9".repeat(400),
  "null",
  "undefined",
  "[object Object]",
  "__proto__",
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "0198c0de-0000-7000-8000-00000000000g",
  "x".repeat(9_000),
] as const;

const hostileNumbers = [-1, 0, -0, 1.5, 1e21, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53 + 2, 2 ** 63];

function hostileValue(chance: Chance): unknown {
  const kind = chance();
  if (kind < 0.55) return pick(chance, hostileTexts);
  if (kind < 0.75) return pick(chance, hostileNumbers);
  return pick<unknown>(chance, [
    null,
    true,
    [],
    {},
    [[]],
    [null],
    { length: 1e9 },
    { toString: 1, valueOf: 2 },
    { toJSON: "x" },
    { constructor: { prototype: { polluted: true } } },
    Array.from({ length: 500 }, (_, index) => index),
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key-${index}`, index])),
    nested(12),
    nested(400),
  ]);
}

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

/** The same value with one part of it gone, doubled, renamed or replaced. */
export function spoiled(chance: Chance, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && chance() < 0.6) {
    const at = Math.floor(chance() * value.length);
    return value.map((one, index) => (index === at ? spoiled(chance, one) : one));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return hostileValue(chance);
  const entries = Object.entries(value);
  const [name] = entries.length ? pick(chance, entries) : [""];
  const how = chance();
  if (how < 0.6)
    return Object.fromEntries(entries.map(([key, one]) => [key, key === name ? spoiled(chance, one) : one]));
  if (how < 0.75) return Object.fromEntries(entries.filter(([key]) => key !== name));
  return { ...value, [pick(chance, hostileTexts)]: hostileValue(chance) };
}

/** JSON that no serializer writes, or that is none. */
export function spoiledJson(chance: Chance, text: string): Buffer {
  const key = /"\w+":/.exec(text)?.[0] ?? '"a":';
  const half = Buffer.from(text.slice(0, Math.ceil(text.length / 2)));
  return pick<() => Buffer>(chance, [
    () => half,
    () => Buffer.from(text.replace("{", `{${key}null,`)),
    () => Buffer.from(text.replace("{", `{${key}"first",${key}"second",`)),
    () => Buffer.from(text.replace("{", '{"__proto__":{"polluted":true},')),
    () => Buffer.from(text.replace("{", '{"constructor":{"prototype":{"polluted":true}},')),
    () => Buffer.from(text.replace(/"/g, "'")),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(`${text}\0`),
    () => Buffer.from(text, "utf16le"),
    () => Buffer.from("[".repeat(20_000)),
    () => Buffer.from(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`),
    () => Buffer.from(`{${key}1e999}`),
    () => Buffer.from(`{${key}${"9".repeat(5_000)}}`),
    // Half of a surrogate pair, an overlong slash, and a byte that UTF-8 never has, as bytes.
    () =>
      Buffer.concat([Buffer.from(`{${key}"`), Buffer.from([0xed, 0xa0, 0x80, 0xc0, 0xaf, 0xff]), Buffer.from('"}')]),
    () => Buffer.from(JSON.stringify({ a: "x".repeat(140_000) })),
    () => Buffer.alloc(0),
    () => Buffer.from("null"),
    () => Buffer.from('"text"'),
    () => Buffer.from("[1,2,3]"),
  ])();
}

/** A path and query as no page would ask for it; what it names may still be there. */
export function spoiledTarget(chance: Chance, target: string): string {
  const [path = "", query] = target.split("?");
  const asked = query === undefined ? "" : `?${query}`;
  const last = path.lastIndexOf("/");
  return pick<() => string>(chance, [
    () => `${path}/${asked}`,
    () => `/${path}${asked}`,
    () => `${path.toUpperCase()}${asked}`,
    () => `${path.slice(0, last)}%2f${path.slice(last + 1)}${asked}`,
    () => `${path.slice(0, last)}/..%2f..${path.slice(last)}${asked}`,
    () => `${path.slice(0, last)}/./${path.slice(last + 1)}${asked}`,
    () => `${path.slice(0, last)}/../${path.slice(1)}${asked}`,
    () => `${path}%00${asked}`,
    () => `${path}%0d%0aSet-Cookie:%20a=b${asked}`,
    () => `${path}%zz${asked}`,
    () => `${path}%${asked}`,
    () => `${path}%c0%af%ff${asked}`,
    () => `${path}%ed%a0%80${asked}`,
    () => `${path};jsessionid=1${asked}`,
    () => `${path}${"/x".repeat(2_000)}`,
    () => `${path.slice(0, last)}/${"9".repeat(3_000)}${asked}`,
    () => `${path}?${"a=1&".repeat(2_000)}`,
    () => `${path}?limit=1&limit=2&cursor[]=3&q=%00`,
    () => `${path}?limit=${pick(chance, ["-1", "0", "1e9", "1.5", "0x10", "%00", "NaN", "1;drop"])}`,
    () => `${path}?cursor=${Buffer.from(pick(chance, hostileTexts).slice(0, 500)).toString("base64url")}`,
    () => `${path}?cursor=${Buffer.from('["x",{"__proto__":1}]').toString("base64url")}`,
    () => `${path}?q=${encodeURIComponent(wellFormed(pick(chance, hostileTexts)).slice(0, 1_000))}`,
    () => `${path}?__proto__=1&constructor[prototype]=2&toString=3`,
    () => `${path}?s=AAAA&e=zz&k=x&m=${"A".repeat(32)}`,
    () => `${path}?m=&m=&s&e&k`,
    () => `${path}?%zz=%&%=%zz`,
    () => `http://evil.example${path}${asked}`,
    () => `//evil.example${path}${asked}`,
    () => `${path}#fragment`,
    () => "*",
  ])();
}

/** Lines that are added to a request as they are; some break it. */
export function spoiledHeaders(chance: Chance): string[] {
  const text = () =>
    wellFormed(pick(chance, hostileTexts))
      .replace(/[\r\n\0]/g, " ")
      .slice(0, 2_000);
  const latin = () => Buffer.from(text()).toString("latin1");
  return pick<() => string[]>(chance, [
    () => [`Idempotency-Key: ${latin()}`],
    () => ["Idempotency-Key: one", "Idempotency-Key: two"],
    () => [`Last-Event-ID: ${latin()}`],
    () => [
      `Range: ${pick(chance, ["bytes=-", "bytes=0-0,2-3", "bytes=9-1", "bytes=99999999999999999999-", "lines=1-2", "bytes=-0", "bytes=0-1e9"])}`,
    ],
    () => [`If-None-Match: ${pick(chance, ["*", '"', 'W/"', '"a","b"', "x".repeat(2_000)])}`],
    () => [`If-Range: ${latin()}`, "Range: bytes=0-10"],
    () => [
      `Origin: ${pick(chance, ["null", "https://evil.example", "https://", "x", "file://", "https://a.example:99999"])}`,
    ],
    () => ["Access-Control-Request-Method: DELETE", "Origin: null"],
    () => [`Accept-Encoding: ${pick(chance, ["identity;q=0, *;q=0", "br;q=x", ",,,,", "gzip,".repeat(500), "*"])}`],
    () => [`Accept: ${pick(chance, ["text/html;q=9", "*/*;".repeat(300), "x"])}`],
    () => [`Content-Encoding: ${pick(chance, ["gzip", "deflate", "br", "smoke", "gzip, gzip", "identity"])}`],
    () => [`Host: ${pick(chance, ["a@b:c", "[::1", "evil.example/path", "", "x".repeat(300)])}`],
    () => ["Host: one", "Host: two"],
    () => [`X-Forwarded-For: ${"1.2.3.4, ".repeat(400)}`, "X-Forwarded-Proto: javascript", `X-Request-Id: ${latin()}`],
    () => [`Cookie: ${"a=b; ".repeat(1_000)}`],
    () => [
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ],
    () => ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"],
    () => [`Expect: ${pick(chance, ["100-continue", "the-moon", "200-ok"])}`],
    () => [`X-Long: ${"x".repeat(20_000)}`],
    () => Array.from({ length: 300 }, (_, index) => `X-${index}: y`),
    () => ["Folded: one", " two"],
    () => ["Broken\0: x"],
    () => ["No colon at all"],
    () => [`: no name`],
    () => ["Transfer-Encoding: chunked", "Content-Length: 5"],
    () => ["Transfer-Encoding: chunked, chunked"],
    () => ["Transfer-Encoding: xchunked"],
    () => ["Content-Length: -1"],
    () => ["Content-Length: 1e3"],
    () => ["Content-Length: 4", "Content-Length: 9"],
    () => ["Authorization: Bearer one", "Authorization: Bearer two"],
    () => [
      `Authorization: ${pick(chance, ["Bearer", "Bearer ", "Basic dTpw", "Bearer a.b.c", `Bearer ${"x".repeat(6_000)}`, "Bearer eyJhbGciOiJub25lIn0..", `Bearer ${Buffer.from('{"kid":{"toString":1}}').toString("base64url")}.e30.x`])}`,
    ],
  ])();
}
