// A local server that speaks the chat part of the contract, answer by answer as a test scripts it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, createClient } from "@pagewise/sdk";
import type { ChatEvent, Conversation, Message } from "@pagewise/sdk/contract";

type Event = ChatEvent extends infer E ? (E extends ChatEvent ? Omit<E, "id"> : never) : never;

export interface ScriptedAnswer {
  id: string;
  events: ChatEvent[];
  say(...events: Event[]): void;
}

export interface ChatServer {
  client: Client;
  /** What was asked, in order: "POST /chat …". */
  calls: string[];
  bodies: unknown[];
  /** The Idempotency-Key of each call, and of those that were refused a connection. */
  lostKeys: (string | undefined)[];
  keys: (string | undefined)[];
  /** Answers what the next calls of `POST /chat` and regenerate get: a script, or a refusal. */
  next: ((answer: ScriptedAnswer) => void)[];
  refusals: { status: number; code: string; headers?: Record<string, string> }[];
  /** Streams end after so many events, without done; each number serves one connection. */
  cuts: number[];
  /** Awaited before a cut: what a reader has not taken up yet may be lost with the connection. */
  beforeCut: () => Promise<unknown>;
  /** While true every connection is refused. */
  down: boolean;
  conversations: Conversation[];
  messages: Message[];
  failing: Set<string>;
  answers: Map<string, ScriptedAnswer>;
  close(): Promise<void>;
}

export async function startChatServer(): Promise<ChatServer> {
  const server = createServer((request, response) => void handle(state, request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const state: ChatServer = {
    client: createClient({
      baseUrl: `http://127.0.0.1:${port}`,
      getToken: async () => "token",
      backoffMs: 1,
      maxRetries: 0,
    }),
    calls: [],
    bodies: [],
    keys: [],
    lostKeys: [],
    next: [],
    refusals: [],
    cuts: [],
    beforeCut: async () => {},
    down: false,
    conversations: [],
    messages: [],
    failing: new Set(),
    answers: new Map(),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return state;
}

async function handle(state: ChatServer, request: IncomingMessage, response: ServerResponse) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const path = new URL(request.url ?? "/", "http://local").pathname;
  const call = `${request.method} ${path}`;
  if (state.down) {
    state.lostKeys.push(request.headers["idempotency-key"] as string | undefined);
    return void response.destroy();
  }
  state.keys.push(request.headers["idempotency-key"] as string | undefined);
  state.calls.push(call);
  state.bodies.push(text === "" ? null : JSON.parse(text));
  if (state.failing.has(call)) return problem(response, { status: 500, code: "internal-error" });
  const [, room, id, rest] = path.split("/");
  if (room === "chat" && (rest === "regenerate" || !id)) {
    const refusal = state.refusals.shift();
    if (refusal) return problem(response, refusal);
    const answer = begin(state);
    state.next.shift()?.(answer);
    return stream(state, answer, 0, response);
  }
  if (room === "chat" && rest === "stream") {
    const answer = state.answers.get(id ?? "");
    if (!answer) return problem(response, { status: 404, code: "not-found" });
    return stream(state, answer, Number(request.headers["last-event-id"] ?? 0), response);
  }
  if (room === "chat" && rest === "stop") {
    state.answers.get(id ?? "")?.say(done("stopped"));
    return void response.writeHead(204).end();
  }
  if (room === "messages") return void response.writeHead(204).end();
  return conversations(state, request, response, { id: id ?? "", rest, body: state.bodies.at(-1) });
}

function conversations(
  state: ChatServer,
  request: IncomingMessage,
  response: ServerResponse,
  { id, rest, body }: { id: string; rest: string | undefined; body: unknown },
) {
  const found = state.conversations.find((one) => one.id === id);
  const q = new URL(request.url ?? "", "http://local").searchParams.get("q") ?? "";
  const matching = state.conversations.filter(({ title }) => title.toLowerCase().includes(q.toLowerCase()));
  if (!id) return json(response, { data: matching, next_cursor: null });
  if (!found) return problem(response, { status: 404, code: "conversation-not-found" });
  if (rest === "messages") return json(response, { data: state.messages, next_cursor: null });
  if (request.method === "DELETE") {
    state.conversations = state.conversations.filter((one) => one !== found);
    return void response.writeHead(204).end();
  }
  if (request.method === "PATCH") Object.assign(found, body);
  return json(response, found);
}

function begin(state: ChatServer): ScriptedAnswer {
  const events: ChatEvent[] = [];
  const id = `message-${state.answers.size + 1}`;
  const answer: ScriptedAnswer = {
    id,
    events,
    say: (...more) => {
      for (const event of more) events.push({ ...event, id: events.length + 1 } as ChatEvent);
    },
  };
  state.answers.set(id, answer);
  return answer;
}

async function stream(state: ChatServer, answer: ScriptedAnswer, after: number, response: ServerResponse) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const cut = state.cuts.shift() ?? Number.POSITIVE_INFINITY;
  for (let index = after; !response.destroyed; ) {
    if (state.down || index - after >= cut) {
      await state.beforeCut();
      // Ended without the last chunk: the answer is seen to be cut.
      return void response.socket?.end();
    }
    const event = answer.events[index];
    if (!event) {
      await new Promise((done) => setTimeout(done, 2));
      continue;
    }
    index += 1;
    response.write(`id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
    if (event.event === "done" || event.event === "error") return void response.end();
  }
}

function json(response: ServerResponse, body: unknown) {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function problem(
  response: ServerResponse,
  { status, code, headers }: { status: number; code: string; headers?: Record<string, string> },
) {
  const body = { type: "about:blank", status, code, title: code, detail: code, request_id: "request-1" };
  response.writeHead(status, { "content-type": "application/problem+json", ...headers }).end(JSON.stringify(body));
}

export const start = (messageId: string, conversationId = "conversation-1"): Event => ({
  event: "start",
  data: { conversation_id: conversationId, message_id: messageId, user_message_id: `of-${messageId}` },
});
export const delta = (text: string): Event => ({ event: "delta", data: { text } });
export const done = (finish: "stop" | "stopped" | "refused" = "stop", cited: number[] = []): Event => ({
  event: "done",
  data: {
    finish_reason: finish,
    confidence: 1,
    cited,
    unsupported: [],
    model: "test",
    usage: { prompt_tokens: 0, completion_tokens: 0 },
  },
});
export const citations = (...pages: number[]): Event => ({
  event: "citations",
  data: {
    citations: pages.map((page, at) => ({
      index: at + 1,
      document_id: "document-1",
      filename: "a.pdf",
      title: "A",
      page,
      quote: `quote of page ${page}`,
      rects: [],
      page_image_url: `/pages/${page}`,
    })),
  },
});

/** A whole answer in a few words. */
export const whole =
  (...words: string[]) =>
  (answer: ScriptedAnswer) =>
    answer.say(start(answer.id), citations(3, 5), ...words.map(delta), done("stop", [1]));

export const conversation = (id: string, title = id, updated = "2026-11-20T10:00:00Z"): Conversation => ({
  id,
  title,
  document_ids: ["document-1"],
  created_at: updated,
  updated_at: updated,
});

export const message = (id: string, role: "user" | "assistant", more: Partial<Message> = {}): Message => ({
  id,
  conversation_id: "conversation-1",
  role,
  status: "complete",
  text: `text of ${id}`,
  citations: [],
  cited: [],
  unsupported: [],
  finish_reason: role === "assistant" ? "stop" : null,
  confidence: null,
  error: null,
  replaces: null,
  feedback: null,
  created_at: "2026-11-20T10:00:00Z",
  ...more,
});
