// A stand-in for a language model's server on a local port, in the wire format it is given: at a given speed, with each failure.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the next request gets; each has its own, the last one is kept for all that follow. */
export type ModelReply =
  /** Streams the texts as frames (or gives them as a whole, where it was asked so), then ends as `finish` says. */
  | {
      kind: "answer";
      texts: string[];
      framesPerSecond?: number;
      /** null: none is sent. */
      finishReason?: string | null;
      /** Sends a whole frame object at the end instead of a reason. */
      last?: object;
      /** Splits the bytes anywhere, or sends all in one piece. */
      bytesPerWrite?: number;
      /** Leaves the connection open after the last byte. */
      open?: boolean;
    }
  /** Streams whole frames as they are. */
  | { kind: "frames"; frames: object[] }
  /** A whole response: an HTTP failure with the provider's JSON, or any other body. */
  | { kind: "failure"; status: number; body: object | string; headers?: Record<string, string> }
  /** Some texts, then the connection breaks. */
  | { kind: "reset"; texts: string[] }
  /** Some texts, then raw bytes that are no frame. */
  | { kind: "garbage"; texts: string[]; raw: string }
  /** Headers, perhaps texts, then nothing. */
  | { kind: "silence"; texts: string[]; headers?: boolean }
  /** Frames as fast as the other side takes them, without end; or bytes that never end a frame. */
  | { kind: "flood"; text: string; frames?: boolean };

type Route = "stream" | "completion" | "embeddings" | "models";

/** How a provider writes. */
export interface Wire {
  routeOf(path: string, body: Record<string, unknown>): Route;
  text(text: string): object;
  last(finishReason: string): object;
  completion(text: string, finishReason: string): object;
  bytesOf(frame: object): string;
  /** Ends a stream that is complete. */
  end: string;
  /** A whole response to texts that are to be embedded: status and body. */
  embeddings(body: Record<string, unknown>): { status: number; body: object };
}

export interface ModelServer {
  baseUrl: string;
  /** What was received, oldest first; lists of models apart. */
  requests: { path: string; headers: IncomingMessage["headers"]; body: Record<string, unknown> }[];
  /** Connections that the other side closed before their answer was complete. */
  aborted(): number;
  /** Responses that are open now. */
  open(): number;
  /** Connections that were ever opened. */
  connections(): number;
  /** To questions. */
  reply(...replies: ModelReply[]): void;
  /** To texts that are to be embedded; none: vectors. */
  replyToTexts(...replies: ModelReply[]): void;
  /** To who asks for a list of models; null: such a list. */
  replyToProbes(reply: ModelReply | null): void;
  close(): Promise<void>;
}

export async function startModelServer(wire: Wire, first: ModelReply[]): Promise<ModelServer> {
  const queues: Record<Route, ModelReply[]> = { stream: first, completion: [], embeddings: [], models: [] };
  let aborted = 0;
  let open = 0;
  let connections = 0;
  const requests: ModelServer["requests"] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown>;
    const route = wire.routeOf(request.url ?? "", body);
    if (route !== "models") requests.push({ path: request.url ?? "", headers: request.headers, body });
    const queue = queues[route === "completion" ? "stream" : route];
    const reply = (queue.length > 1 ? queue.shift() : queue[0]) ?? usual(wire, route, body);
    open++;
    response.on("error", () => {});
    response.once("close", () => {
      open--;
      if (!response.writableFinished && reply.kind !== "reset") aborted++;
    });
    await send(response, wire, route, reply).catch(() => response.destroy());
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    aborted: () => aborted,
    open: () => open,
    connections: () => connections,
    reply(...next) {
      queues.stream = next;
    },
    replyToTexts(...next) {
      queues.embeddings = next;
    },
    replyToProbes(next) {
      queues.models = next ? [next] : [];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function usual(wire: Wire, route: Route, body: Record<string, unknown>): ModelReply {
  if (route === "embeddings") return { kind: "failure", ...wire.embeddings(body) };
  if (route === "models") return { kind: "failure", status: 200, body: { object: "list", data: [] } };
  return { kind: "answer", texts: ["Yes. [1]"] };
}

async function send(response: ServerResponse, wire: Wire, route: Route, reply: ModelReply): Promise<void> {
  if (reply.kind === "failure") return whole(response, reply);
  if (reply.kind === "silence" && reply.headers === false) return;
  if (route !== "stream" && reply.kind === "answer") {
    return whole(response, { status: 200, body: wire.completion(reply.texts.join(""), reply.finishReason ?? "") });
  }
  response.writeHead(200, { "Content-Type": route === "stream" ? "text/event-stream" : "application/json" });
  response.flushHeaders();
  if (reply.kind === "flood") return flood(response, wire, reply);
  await frames(response, wire, reply);
  if (reply.kind === "silence" || response.destroyed) return;
  if (reply.kind === "answer" && reply.finishReason !== null) response.write(wire.end);
  if (reply.kind === "garbage") response.write(reply.raw);
  if (reply.kind === "reset") {
    await wait(20);
    response.destroy();
  } else if (reply.kind !== "answer" || !reply.open) response.end();
}

function whole(response: ServerResponse, reply: Omit<Extract<ModelReply, { kind: "failure" }>, "kind">): void {
  const json = typeof reply.body !== "string";
  response.writeHead(reply.status, { "Content-Type": json ? "application/json" : "text/html", ...reply.headers });
  response.end(json ? JSON.stringify(reply.body) : reply.body);
}

async function frames(
  response: ServerResponse,
  wire: Wire,
  reply: Exclude<ModelReply, { kind: "failure" | "flood" }>,
): Promise<void> {
  const frames = reply.kind === "frames" ? reply.frames : reply.texts.map(wire.text);
  if (reply.kind === "answer") {
    const { finishReason, last } = reply;
    if (last) frames.push(last);
    else if (finishReason !== null) frames.push(wire.last(finishReason ?? ""));
  }
  const { bytesPerWrite, framesPerSecond } =
    reply.kind === "answer" ? reply : { bytesPerWrite: undefined, framesPerSecond: 0 };
  for (const frame of frames) {
    await write(response, Buffer.from(wire.bytesOf(frame)), bytesPerWrite);
    if (framesPerSecond) await wait(1000 / framesPerSecond);
    if (response.destroyed) return;
  }
}

async function write(response: ServerResponse, bytes: Buffer, bytesPerWrite = Number.POSITIVE_INFINITY): Promise<void> {
  for (let at = 0; at < bytes.length; at += bytesPerWrite) {
    response.write(bytes.subarray(at, at + bytesPerWrite));
    if (bytesPerWrite < bytes.length) await wait(1);
  }
}

async function flood(
  response: ServerResponse,
  wire: Wire,
  { text, frames = true }: Extract<ModelReply, { kind: "flood" }>,
): Promise<void> {
  const bytes = frames ? wire.bytesOf(wire.text(text)) : text;
  const closed = new Promise((resolve) => response.once("close", resolve));
  while (!response.destroyed) {
    if (response.write(bytes)) await wait(0);
    else await Promise.race([new Promise((resolve) => response.once("drain", resolve)), closed]);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A vector of what words a text has: texts that share words lie near each other. Not of length 1. */
export function vectorOf(text: string, dimensions: number): number[] {
  const vector = Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let hash = 2166136261;
    for (const unit of word) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619) >>> 0;
    const at = hash % dimensions;
    vector[at] = (vector[at] ?? 0) + (hash & 0x10000 ? 3 : -3);
  }
  return vector.some(Boolean) ? vector : vector.fill(1);
}
