// Calls a running API by its published contract alone, and holds every answer to what the contract says of it.

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import type { Api } from "../../test/api.ts";
import type { Response as Described, MediaType, OpenApi, Operation } from "../openapi.ts";
import { eventsOf } from "./wire.ts";

export interface Call {
  path?: Record<string, string>;
  query?: [name: string, value: string][];
  headers?: Record<string, string>;
  /** Sent as JSON, text as it stands; absent: the contract's own example. */
  body?: unknown;
  form?: FormData;
  token?: string | undefined;
  /** Takes the place of the operation's path and query. */
  address?: string;
  /** Of a stream without an end: how many events are read. */
  events?: number;
}

interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** Where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what stands in it was checked by the contract's schema
  body: any;
  /** Where it is a stream. */
  events: { event: string; data: Record<string, unknown> }[];
}

export interface Place {
  path: string;
  method: string;
  operation: Operation;
}

export interface Contract {
  document: OpenApi;
  /** By their ids. */
  operations: Map<string, Place>;
  call(operationId: string, call?: Call): Promise<Answered>;
  /** `operation status type` of each answer so far. */
  seen: Set<string>;
  /** Checks a value against the schema at a JSON pointer into the document. @returns what is wrong with it */
  faults(pointer: string[], value: unknown): string | null;
}

export async function contractOf(api: Api): Promise<Contract> {
  const response = await api.request("/openapi.json");
  const document = (await response.json()) as OpenApi;
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema(exact(document), "contract");
  const seen = new Set<string>();
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId, { path, method, operation }] as const,
      ),
    ),
  );
  const faults: Contract["faults"] = (pointer, value) => {
    const check = ajv.getSchema(`contract#/${pointer.map((part) => encodeURIComponent(escaped(part))).join("/")}`);
    if (!check) throw new Error(`there is no schema at ${pointer.join(" ")}`);
    return check(value) ? null : ajv.errorsText(check.errors);
  };
  return {
    document,
    operations,
    seen,
    faults,
    async call(id, call = {}) {
      const place = operations.get(id);
      if (!place) throw new Error(`the contract has no operation ${id}`);
      return checked(await send(api, place, call), { place, call, seen, faults });
    },
  };
}

const escaped = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

/** A copy in which objects hold what they name and nothing else: an answer that says more than the contract is a fault too. */
function exact(value: unknown): object {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    part?.type === "object" && part.properties && part.additionalProperties === undefined
      ? { ...part, additionalProperties: false }
      : part,
  );
}

function send(api: Api, { path, method, operation }: Place, call: Call): Promise<Response> {
  const { path: params = {}, query = [], headers = {}, form, token, address } = call;
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? `{${name}}`);
  const search = new URLSearchParams(query).toString();
  const target = address ?? `${filled}${search && `?${search}`}`;
  const init = { method: method.toUpperCase(), headers: { ...headers }, token };
  if (form) {
    const all = { ...headers, ...(token && { Authorization: `Bearer ${token}` }) };
    return fetch(api.url + target, { method: init.method, body: form, headers: all });
  }
  const body = "body" in call ? call.body : operation.requestBody?.content["application/json"]?.example;
  return api.request(target, body === undefined ? init : { ...init, body });
}

interface Against {
  place: Place;
  call: Call;
  seen: Set<string>;
  faults: Contract["faults"];
}

async function checked(response: Response, { place, call, seen, faults }: Against): Promise<Answered> {
  const { path, method, operation } = place;
  const { status, headers } = response;
  const at = `${operation.operationId} ${status}`;
  const described = operation.responses[status];
  if (!described) throw new Error(`${at} is not in the contract: ${await response.text()}`);
  const type = headers.get("Content-Type")?.split(";")[0] ?? "";
  expectHeaders(at, response, described);
  seen.add(`${at} ${type}`.trim());
  const content = described.content ?? {};
  const answered: Answered = { status, headers, text: "", body: undefined, events: [] };
  const media = content[type];
  if (!media) {
    answered.text = await response.text();
    expect([at, type, answered.text, Object.keys(content).length === 0 || status === 304]).toEqual([at, "", "", true]);
    return answered;
  }
  const pointer = ["paths", path, method, "responses", String(status), "content", type];
  if (media["x-events"]) await readEvents(response, { answered, call, media, pointer, faults });
  else answered.text = await response.text();
  if (!media.schema || media["x-events"]) return answered;
  answered.body = JSON.parse(answered.text);
  expect([at, faults([...pointer, "schema"], answered.body)]).toEqual([at, null]);
  return answered;
}

function expectHeaders(at: string, { headers, status }: Response, described: Described): void {
  // What is busy or full does not always know until when.
  const expected = Object.keys(described.headers).filter((name) => !(status === 503 && name === "Retry-After"));
  for (const name of expected) expect([at, name, headers.has(name)]).toEqual([at, name, true]);
}

interface Reading {
  answered: Answered;
  call: Call;
  media: MediaType;
  pointer: string[];
  faults: Contract["faults"];
}

async function readEvents(response: Response, { answered, call, media, pointer, faults }: Reading): Promise<void> {
  for await (const { event, data } of eventsOf(response)) {
    expect(Object.keys(media["x-events"] ?? {})).toContain(event);
    expect([event, faults([...pointer, "x-events", event, "schema"], data)]).toEqual([event, null]);
    answered.events.push({ event, data: data as unknown as Record<string, unknown> });
    if (answered.events.length === call.events) break;
  }
}
