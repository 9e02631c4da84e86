// Requests made by chance from what the operations declare: as they should be, a little wrong, or meant to do harm.
import { z } from "zod";
import { makePdf } from "../../test/pdf.ts";
import { wellFormed } from "../../well-formed.ts";
import type { OperationSpec } from "../operation.ts";
import { type Attacker, site } from "./attack-world.ts";
import {
  type Chance,
  hostileTexts,
  pick,
  spoiled,
  spoiledHeaders,
  spoiledJson,
  spoiledTarget,
} from "./hostile-values.ts";
import type { RawRequest } from "./raw-wire.ts";

export type Form = "valid" | "half valid" | "hostile";

export interface GeneratedRequest extends RawRequest {
  operation: OperationSpec;
  form: Form;
  attacker: Attacker;
}

interface JsonSchema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  minimum?: number;
  minLength?: number;
}

const endsSignIn = ({ method, path }: OperationSpec) =>
  path === "/users/logout" || path === "/users/refresh" || (method === "delete" && path === "/users/me");
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "get", "X".repeat(300)];
const mediaTypes = [
  "application/json; charset=utf-16",
  "application/json; charset=klingon",
  "application/json;;;",
  "application/problem+json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "\u00e9/\u00e9",
  "",
];

export function createRequestGenerator(
  operations: readonly OperationSpec[],
  attackers: readonly Attacker[],
  chance: Chance,
) {
  const shapes = new Map(operations.map((one) => [one, shapesOf(one)]));
  let made = 0;

  function base(operation: OperationSpec, form: Form) {
    const attacker = callerOf(operation, form);
    const { body, query } = shapes.get(operation) ?? { body: null, query: null };
    const make = createValueMaker(chance, attacker, () => `${++made}`);
    const asked = query && chance() < 0.4 ? (make(query, "") as Record<string, unknown>) : {};
    const path = operation.path.replace(/:(\w+)|\{\*\w+\}/g, (_, name) =>
      encodeURIComponent(idFor(operation, name, attacker)),
    );
    const search = new URLSearchParams(
      Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return { attacker, target: search ? `${path}?${search}` : path, value: body ? make(body, "") : undefined };
  }

  function callerOf(operation: OperationSpec, form: Form): Attacker {
    if (endsSignIn(operation))
      return pick(
        chance,
        attackers.filter(({ expendable }) => expendable),
      );
    const lasting = attackers.filter(({ expendable }) => !expendable);
    const fits = lasting.filter(
      ({ kind }) => operation.callers === "anyone" || operation.callers.includes(kind as "user"),
    );
    const isMeant = fits.length > 0 && (form === "valid" || chance() < 0.7);
    return pick(chance, isMeant ? fits : lasting);
  }

  function idFor({ path }: OperationSpec, name: string, { ids }: Attacker): string {
    const kind = name === "public_key" ? "publicKeys" : (path.split("/")[1] ?? "");
    if (name === "n") return pick(chance, ["1", "1", "1", "2", "0", "99999"]);
    const known =
      kind === "chat" || kind === "messages" ? ids.messages : (ids as unknown as Record<string, string[]>)[kind];
    const from = chance() < 0.92 ? known : pick(chance, attackers).ids.documents;
    return from?.length ? pick(chance, from) : pick(chance, ["widget.js", "0198c0de-0000-7000-8000-000000000000"]);
  }

  return function next(): GeneratedRequest {
    const operation = pick(chance, operations);
    const roll = chance();
    const form: Form = roll < 0.55 ? "valid" : roll < 0.8 ? "half valid" : "hostile";
    const { attacker, target, value } = base(operation, form);
    const parts: Parts = {
      method: operation.method.toUpperCase(),
      target,
      lines: [],
      type: "application/json",
      body: value === undefined ? null : Buffer.from(JSON.stringify(value)),
      cutAfter: null,
      alone: false,
    };
    if (operation.file) Object.assign(parts, formOf(chance, operation.file.field, form));
    if (form === "half valid") spoilOne(chance, parts, value);
    if (form === "hostile") for (let times = 0; times < 1 + chance() * 3; times++) spoilMore(chance, parts, value);
    return { operation, form, attacker, ...written(parts, attacker) };
  };
}

interface Parts {
  method: string;
  target: string;
  lines: string[];
  type: string;
  body: Buffer | null;
  cutAfter: number | null;
  alone: boolean;
}

/** Understood as HTTP and as JSON: it is the schema's or the handler's to refuse. */
function spoilOne(chance: Chance, parts: Parts, value: unknown): void {
  if (value !== undefined && chance() < 0.7) {
    parts.body = Buffer.from(JSON.stringify(spoiled(chance, value)) ?? "");
    return;
  }
  const name = pick(chance, ["limit", "cursor", "q", "status", "after", "width", "format", "days"]);
  const text = encodeURIComponent(wellFormed(pick(chance, hostileTexts)).slice(0, 300));
  parts.target += `${parts.target.includes("?") ? "&" : "?"}${name}=${text}`;
}

function spoilMore(chance: Chance, parts: Parts, value: unknown): void {
  const how = chance();
  if (how < 0.25) parts.target = spoiledTarget(chance, parts.target);
  else if (how < 0.5) {
    parts.lines.push(...spoiledHeaders(chance));
    parts.alone = true;
  } else if (how < 0.75) {
    parts.body = spoiledJson(chance, JSON.stringify(value ?? { a: 1 }));
  } else if (how < 0.82) parts.method = pick(chance, methods);
  else if (how < 0.9) parts.type = pick(chance, mediaTypes);
  else if (how < 0.95) {
    parts.body ??= Buffer.from('{"a":1}');
    parts.cutAfter = Math.floor(chance() * parts.body.length);
  } else chunk(chance, parts);
}

/** The body in pieces, some of them cut off or lying about their length. */
function chunk(chance: Chance, parts: Parts): void {
  const body = parts.body ?? Buffer.from("{}");
  const size = (length: number) =>
    pick(chance, [length.toString(16), length.toString(16), "ffffffffffffffffff", "-1", "zz", "5;ext=1"]);
  parts.body = Buffer.concat([
    Buffer.from(`${size(body.length)}\r\n`),
    body,
    Buffer.from(pick(chance, ["\r\n0\r\n\r\n", "\r\n0\r\nTrailer: x\r\n\r\n", "\r\n", "0\r\n\r\n"])),
  ]);
  parts.lines.push("Transfer-Encoding: chunked");
  parts.cutAfter = parts.body.length;
}

function written({ method, target, lines, type, body, cutAfter, alone }: Parts, { token }: Attacker): RawRequest {
  const names = lines.map((line) => line.split(":", 1)[0]?.toLowerCase());
  const own = [
    ...(names.includes("host") ? [] : ["Host: localhost"]),
    ...(token && !names.includes("authorization") ? [`Authorization: Bearer ${token}`] : []),
    ...(target.endsWith("/session") ? [`Origin: ${site}`] : []),
    ...(body ? [`Content-Type: ${type}`] : []),
    ...(body && !names.includes("content-length") && !names.includes("transfer-encoding")
      ? [`Content-Length: ${body.length}`]
      : []),
    // What follows may be taken for another request, or waited for.
    ...(alone ? ["Connection: close"] : []),
  ];
  return { head: [`${method} ${target} HTTP/1.1`, ...own, ...lines].join("\r\n"), body, cutAfter, alone };
}

/** A form with a file in it, or one that lacks something. */
function formOf(chance: Chance, field: string, form: Form): Pick<Parts, "type" | "body"> {
  const good = form === "valid" || chance() < 0.3;
  const name = good
    ? `file-${Math.floor(chance() * 1e6)}.pdf`
    : wellFormed(pick(chance, hostileTexts)).replace(/[\r\n]/g, "");
  const bytes = good
    ? makePdf([`Page ${chance()}`])
    : pick(chance, [Buffer.alloc(0), Buffer.from("%PDF-1.4"), Buffer.from("MZ"), makePdf(["x"])]);
  const part = (fieldName: string) => [
    Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="${fieldName}"; filename="${name}"\r\nContent-Type: application/pdf\r\n\r\n`,
    ),
    bytes,
    Buffer.from("\r\n"),
  ];
  const fields = good ? [field] : pick(chance, [[field, field], ["other"], [], [field, "__proto__"], ["other", field]]);
  const end = Buffer.from(good ? "--b--\r\n" : pick(chance, ["--b--\r\n", "--b", "", "--b--\r\ntrailing"]));
  return { type: "multipart/form-data; boundary=b", body: Buffer.concat([...fields.flatMap(part), end]) };
}

function shapesOf({ body, query }: OperationSpec) {
  const shape = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  return { body: body ? shape(body) : null, query: query ? shape(query) : null };
}

/** @returns what makes a value that the schema takes, with what the attacker knows where a name asks for it. */
function createValueMaker(chance: Chance, attacker: Attacker, unique: () => string) {
  return function make(schema: JsonSchema, name: string): unknown {
    const known = attacker.known(name, unique);
    if (known !== undefined) return known;
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return pick(chance, schema.enum);
    if (schema.anyOf) return make(pick(chance, schema.anyOf), name);
    const type = Array.isArray(schema.type) ? pick(chance, schema.type) : schema.type;
    if (type === "object" || schema.properties) {
      const wanted = Object.entries(schema.properties ?? {}).filter(
        ([key]) => schema.required?.includes(key) || chance() < 0.5,
      );
      return Object.fromEntries(wanted.map(([key, one]) => [key, make(one, key)]));
    }
    if (type === "array") return schema.items && chance() < 0.7 ? [make(schema.items, name)] : [];
    if (type === "integer" || type === "number") return Math.max(schema.minimum ?? 1, Math.ceil(chance() * 20));
    if (type === "boolean") return chance() < 0.5;
    if (type === "null") return null;
    return pick(chance, ["What is the annual fee of the harbour?", "a text of some length", "Résumé ☕ 漢字"]);
  };
}
