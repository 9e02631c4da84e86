// A local server that speaks the people and documents part of the contract, and serves a built widget.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import type { Document, DocumentEvent } from "@pagewise/sdk/contract";
import { onTestFinished } from "vitest";

export interface LibraryServer {
  url: string;
  /** What was asked, in order: "GET /documents". */
  calls: string[];
  documents: Document[];
  /** What these calls answer instead: "POST /users/login" → a problem. */
  refusals: Map<string, { status: number; code: string; headers?: Record<string, string>; errors?: unknown }>;
  /** What else it speaks, by the call's line: "GET /embeds/7". */
  more: { line: RegExp; answer(match: RegExpExecArray, body: unknown): [status: number, body: unknown] }[];
  /** Calls wait here until the gate is opened. */
  gates: Map<string, Promise<void>>;
  /** Origins that may call; everything may load the widget. */
  allowed: Set<string>;
  /** Tells everybody who listens to the documents' events. */
  send(event: DocumentEvent): void;
  /** Ends all event streams, as a proxy does. */
  cutEvents(): void;
  /** Breaks the connections of all uploads that have no answer yet. */
  cutUploads(): void;
  listeners(): number;
}

interface State extends LibraryServer {
  streams: Set<ServerResponse>;
  uploads: ServerResponse[];
  widgetDir: string | null;
}

const types: Record<string, string> = { ".js": "text/javascript", ".html": "text/html", ".svg": "image/svg+xml" };
let made = 0;

export function aDocument(title: string, more: Partial<Document> = {}): Document {
  const id = `0199aaaa-0000-7000-8000-${String(++made).padStart(12, "0")}`;
  return {
    id,
    title,
    filename: `${title}.pdf`,
    bytes: 1000,
    pages: 9,
    language: "en",
    status: "ready",
    progress: 1,
    embedded: null,
    pages_unreadable: [],
    suggestions: [],
    error: null,
    thumbnail_url: `/pictures/${id}`,
    file_url: `/files/${id}`,
    created_at: "2026-05-01T12:00:00.000Z",
    processed_at: null,
    ...more,
  };
}

/** A gate and how to open it. */
export function aGate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Started for the running test and stopped after it. */
export async function startLibraryServer(widgetDir: string | null = null): Promise<LibraryServer> {
  const server = createServer((request, response) => void handle(state, request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const state: State = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    documents: [],
    refusals: new Map(),
    more: [],
    gates: new Map(),
    allowed: new Set(),
    streams: new Set(),
    uploads: [],
    widgetDir,
    send: (event) => {
      for (const stream of state.streams) tell(stream, event);
    },
    cutEvents: () => {
      for (const stream of state.streams) stream.destroy();
    },
    cutUploads: () => {
      for (const sending of state.uploads.splice(0)) sending.destroy();
    },
    listeners: () => state.streams.size,
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return state;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? "/", state.url).pathname;
  const line = `${request.method} ${path}`;
  if (path === "/" || path.startsWith("/widget")) return sendFile(state, path, response);
  const { origin } = request.headers;
  if (origin && state.allowed.has(origin)) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-headers", "authorization, content-type, idempotency-key, last-event-id");
    response.setHeader("access-control-allow-methods", "*");
  }
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  state.calls.push(line);
  if (line === "POST /upload") state.uploads.push(response);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // Cut while it was sent.
    return;
  }
  await state.gates.get(line);
  const refusal = state.refusals.get(line);
  if (refusal) {
    const { status, code, headers, errors } = refusal;
    return json(
      response,
      status,
      { type: "about:blank", title: code, detail: code, request_id: "r", ...refusal, errors },
      headers,
    );
  }
  answer(state, line, path, Buffer.concat(chunks), response);
}

function answer(state: State, line: string, path: string, body: Buffer, response: ServerResponse): void {
  const user = { id: "u", email: "reader@example.com", created_at: "2026-01-01T00:00:00.000Z" };
  const token = { access_token: "a.b.c", token_type: "bearer", expires_in: 900, refresh_token: "r" };
  const fixed: Record<string, [number, unknown]> = {
    "POST /users/register": [201, user],
    "POST /users/login": [200, token],
    "GET /users/me": [200, user],
    "GET /healthz": [200, {}],
    "GET /conversations": [200, { data: [], next_cursor: null }],
    "GET /documents": [200, { data: newestFirst(state), next_cursor: null }],
  };
  for (const { line: known, answer: say } of state.more) {
    const match = known.exec(line);
    if (!match) continue;
    json(response, ...say(match, body.length > 0 ? JSON.parse(body.toString()) : null));
    return;
  }
  const found = fixed[line];
  if (found) json(response, ...found);
  else if (line === "POST /users/logout") response.writeHead(204).end();
  else if (line === "GET /documents/events") listen(state, response);
  else if (line === "POST /upload") upload(state, body, response);
  else one(state, line, path, body, response);
}

function one(state: State, line: string, path: string, body: Buffer, response: ServerResponse): void {
  const [, id, retry] = /^\/documents\/([^/]+)(\/retry)?$/.exec(path) ?? [];
  const found = state.documents.find((document) => document.id === id);
  if (!found) {
    json(response, 404, { code: "not-found", status: 404, title: "Not found", detail: "", request_id: "r" });
  } else if (line.startsWith("DELETE")) {
    state.documents = state.documents.filter((document) => document !== found);
    response.writeHead(204).end();
  } else {
    if (line.startsWith("PATCH")) Object.assign(found, JSON.parse(body.toString()));
    if (retry) Object.assign(found, { status: "queued", error: null });
    json(response, retry ? 202 : 200, found);
  }
}

function upload(state: State, body: Buffer, response: ServerResponse): void {
  const filename = /filename="([^"]+)"/.exec(body.toString("latin1"))?.[1] ?? "?";
  const standing = state.documents.find((one) => one.filename === filename);
  const document =
    standing ?? aDocument(filename.replace(/\.pdf$/, ""), { status: "queued", progress: 0, pages: null });
  if (!standing) state.documents.push(document);
  json(response, standing ? 200 : 202, { document_id: document.id, status: document.status, message: "", document });
}

function listen(state: State, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const documents = state.documents.filter((one) => one.status === "queued" || one.status === "processing");
  tell(response, { event: "snapshot", data: { documents } });
  state.streams.add(response);
  response.on("close", () => state.streams.delete(response));
}

const newestFirst = ({ documents }: State) => documents.toSorted((a, b) => (a.id < b.id ? 1 : -1));

function tell(stream: ServerResponse, { event, data }: DocumentEvent): void {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type, ...headers }).end(JSON.stringify(body));
}

async function sendFile({ widgetDir }: State, path: string, response: ServerResponse): Promise<void> {
  const name = path === "/" ? "index.html" : basename(path);
  const bytes = widgetDir && (await readFile(join(widgetDir, name)).catch(() => null));
  if (!bytes) return void response.writeHead(404).end();
  response.setHeader("access-control-allow-origin", "*");
  response.writeHead(200, { "content-type": types[extname(name)] ?? "application/octet-stream" }).end(bytes);
}
