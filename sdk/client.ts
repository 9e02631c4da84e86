// Makes the client: every call of the contract over one wire and one session.
import type { AskRequest, Document, Id, Page } from "./contract.ts";
import { createDocumentEvents } from "./document-events.ts";
import { createEmbeds } from "./embeds.ts";
import type {
  AnswerOptions,
  AskOptions,
  Chat,
  Client,
  Conversations,
  Documents,
  Messages,
  VisitorClient,
} from "./face.ts";
import { keyHeader, newIdempotencyKey } from "./idempotency.ts";
import type { GetToken } from "./refresh.ts";
import {
  at,
  type Call,
  type CallOptions,
  openStream,
  readBlob,
  readFile,
  readJson,
  request,
  send,
  type Wire,
} from "./request.ts";
import { createSession, type Session } from "./session.ts";
import { createAnswerStream } from "./stream.ts";
import { memoryTokens, type TokenStore } from "./tokens.ts";
import { upload } from "./upload.ts";
import { createUsers } from "./users.ts";
import { createVisitor, type IdentityToken, memoryVisitor, type VisitorStore } from "./visitor.ts";

export interface ClientOptions {
  /** Where Pagewise answers, with or without a path; in browsers it may be relative to the page. */
  baseUrl: string;
  /** Where tokens live. Default: in memory. */
  tokens?: TokenStore | undefined;
  /** The host's own tokens instead of a sign-in: asked before every call, and with `refresh: true` after a 401. */
  getToken?: GetToken | undefined;
  /** `pk_…`: calls are a visitor's of that embed, on a page whose origin it allows. Then `tokens` and `getToken` are not used. */
  embedKey?: string | undefined;
  /** A JWT that the host's server signs with the embed's secret, asked for with each session; absent, or null before anybody was named: the visitor is anonymous. */
  identityToken?: IdentityToken | undefined;
  /** Where an anonymous visitor's id lives. Default: in memory. */
  visitor?: VisitorStore | undefined;
  /** Instead of the global `fetch`; uploads then go through it too (in browsers without progress). */
  fetch?: typeof fetch | undefined;
  /** Milliseconds for one call. Default 30,000. Uploads are bounded only where their own option says so. */
  timeoutMs?: number | undefined;
  /** How often a call that is safe to repeat is tried again. Default 3. */
  maxRetries?: number | undefined;
  /** Milliseconds of silence after which a stream counts as cut. Default 45,000: the server pings every 15 s. */
  idleMs?: number | undefined;
  /** Bound of the first wait before another try, in milliseconds; doubles up to 8 s. Default 500. */
  backoffMs?: number | undefined;
}

/** Tries in a row to take up a cut answer: some 20 seconds with the default back-off. */
const RESUME_TRIES = 8;

type Json = <T>(call: Call, options?: CallOptions) => Promise<T>;
type Settings = Wire & { idleMs: number };

/** @throws TypeError where `baseUrl` is no address, or `embedKey` a secret. */
export function createClient(options: ClientOptions): Client {
  const { json, wire, session, talk } = connect(options);
  return {
    ...talk,
    users: createUsers(json, session),
    documents: createDocuments(json, wire, session),
    embeds: createEmbeds(json),
  };
}

/** Only what a visitor may call: a smaller file for a site's page. @throws TypeError as `createClient` does. */
export function createVisitorClient(options: ClientOptions & { embedKey: string }): VisitorClient {
  return connect(options).talk;
}

function connect(options: ClientOptions) {
  const tokens = options.tokens ?? memoryTokens();
  const root = rootOf(options.baseUrl);
  const wire: Settings = {
    root,
    // Looked up at each call: a page may wrap the global one later, and it must not be called as our method.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    customFetch: options.fetch !== undefined,
    timeoutMs: options.timeoutMs ?? 30_000,
    maxRetries: options.maxRetries ?? 3,
    backoffMs: options.backoffMs ?? 500,
    idleMs: options.idleMs ?? 45_000,
  };
  const visitor = visitorOf(options, wire, () => session.tell("elsewhere"));
  const session: Session = createSession({
    tokens,
    getToken: visitor?.getToken ?? options.getToken,
    lockName: `pagewise ${root}`,
    timeoutMs: wire.timeoutMs,
    postRefresh: (refresh_token, deadline) =>
      send(wire, { method: "POST", path: "/users/refresh", body: { refresh_token } }, null, deadline),
  });
  const json: Json = <T>(call: Call, callOptions?: CallOptions) =>
    request(wire, session, call, readJson<T>, callOptions);
  const talk: VisitorClient = {
    chat: createChat(json, wire, session),
    messages: createMessages(json),
    conversations: createConversations(json, wire, session),
    async embed() {
      if (!visitor) throw new TypeError("This client was made without an embedKey");
      return visitor.embed();
    },
    signedIn: session.signedIn,
    onSessionEnd: session.onEnd,
    url: (path) => (/^https?:/i.test(path) ? path : `${root}/${path.replace(/^\/+/, "")}`),
  };
  return { json, wire, session, talk };
}

function visitorOf({ embedKey, identityToken, visitor }: ClientOptions, wire: Wire, onOther: () => void) {
  if (embedKey === undefined) return null;
  const path = at("embeds", embedKey, "session");
  return createVisitor({
    embedKey,
    identityToken,
    store: visitor ?? memoryVisitor(),
    postSession: (body, deadline) => send(wire, { method: "POST", path, body }, null, deadline),
    timeoutMs: wire.timeoutMs,
    onOther,
  });
}

function rootOf(baseUrl: string): string {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  const { origin, pathname } = new URL(baseUrl, page);
  return origin + pathname.replace(/\/+$/, "");
}

function createDocuments(json: Json, wire: Settings, session: Session): Documents {
  const list = (query: object | undefined, options: CallOptions | undefined) =>
    json<Page<Document>>({ method: "GET", path: "/documents", ...(query && { query }) }, options);
  return {
    upload: (file, options = {}) => upload(wire, session, file, options),
    list,
    all: (filters, options) => pages((cursor) => list({ ...filters, ...cursor }, options)),
    get: (id, options) => json({ method: "GET", path: at("documents", id) }, options),
    rename: (id, title, options) => json({ method: "PATCH", path: at("documents", id), body: { title } }, options),
    delete: (id, options) => json({ method: "DELETE", path: at("documents", id) }, options),
    retry: (id, options) => json({ method: "POST", path: at("documents", id, "retry") }, options),
    pageImage(id, page, { width, ...options } = {}) {
      const path = at("documents", id, "pages", String(page));
      const headers = { accept: "image/webp, image/png" };
      const call: Call = { method: "GET", path, query: { width }, headers, cacheable: true };
      return request(wire, session, call, readBlob, options);
    },
    events: (options = {}) =>
      createDocumentEvents({
        open: (signal) =>
          openStream(wire, session, { method: "GET", path: "/documents/events" }, { ...options, signal }),
        signal: options.signal,
        idleMs: wire.idleMs,
        backoffMs: wire.backoffMs,
      }),
  };
}

function createChat(json: Json, wire: Settings, session: Session): Chat {
  function stream(first: Call | null, options: AnswerOptions, messageId: Id | null = null, after = 0) {
    const open = (call: Call, signal: AbortSignal) => openStream(wire, session, call, { ...options, signal });
    return createAnswerStream({
      first: first && ((signal) => open(first, signal)),
      resume: (id, last, signal) => open(resumption(id, last), signal),
      messageId,
      after,
      signal: options.signal,
      onConnection: options.onConnection,
      idleMs: wire.idleMs,
      backoffMs: wire.backoffMs,
      maxTries: RESUME_TRIES,
    });
  }
  function begin(call: Call, { idempotencyKey = newIdempotencyKey(), ...options }: AskOptions = {}) {
    return stream({ ...call, headers: { [keyHeader]: idempotencyKey } }, options);
  }
  return {
    ask: (request: AskRequest, options) => begin({ method: "POST", path: "/chat", body: request }, options),
    resume: (messageId, { after, ...options } = {}) => stream(null, options, messageId, after),
    regenerate: (messageId, options) => begin({ method: "POST", path: at("chat", messageId, "regenerate") }, options),
    stop: (messageId, options) => json({ method: "POST", path: at("chat", messageId, "stop") }, options),
  };
}

function resumption(messageId: Id, after: number): Call {
  const call: Call = { method: "GET", path: at("chat", messageId, "stream") };
  return after > 0 ? { ...call, headers: { "last-event-id": String(after) } } : call;
}

function createMessages(json: Json): Messages {
  return {
    feedback: (id, feedback, options) =>
      json({ method: "PUT", path: at("messages", id, "feedback"), body: feedback }, options),
  };
}

function createConversations(json: Json, wire: Wire, session: Session): Conversations {
  const get = <T>(path: string, query: object | undefined, options: CallOptions | undefined) =>
    json<T>({ method: "GET", path, ...(query && { query }) }, options);
  return {
    list: (query, options) => get("/conversations", query, options),
    get: (id, options) => get(at("conversations", id), undefined, options),
    messages: (id, query, options) => get(at("conversations", id, "messages"), query, options),
    rename: (id, title, options) => json({ method: "PATCH", path: at("conversations", id), body: { title } }, options),
    delete: (id, options) => json({ method: "DELETE", path: at("conversations", id) }, options),
    export(id, format, options) {
      const path = at("conversations", id, "export");
      const headers = { accept: "text/markdown, application/json" };
      return request(wire, session, { method: "GET", path, query: { format }, headers }, readFile, options);
    },
  };
}

async function* pages<T>(page: (cursor: { cursor?: string }) => Promise<Page<T>>): AsyncGenerator<T, void> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { data, next_cursor } = await page(cursor === undefined ? {} : { cursor });
    yield* data;
    cursor = next_cursor;
  }
}
