// A stand-in for Google's Gemini on a local port: speaks the real wire format, at a given speed, with each known failure.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the next request gets; each has its own, the last one is kept for all that follow. */
export type GeminiReply =
  /** Streams the texts as frames, then ends as `finish` says. */
  | {
      kind: "answer";
      texts: string[];
      framesPerSecond?: number;
      finishReason?: string | null;
      /** Sends a whole frame object at the end instead of a reason. */
      last?: object;
      /** Splits the bytes anywhere, or sends all in one piece. */
      bytesPerWrite?: number;
    }
  /** Streams whole frames as they are. */
  | { kind: "frames"; frames: object[] }
  /** An HTTP failure with Google's JSON, or any other body. */
  | { kind: "failure"; status: number; body: object | string; headers?: Record<string, string> }
  /** Some texts, then the connection breaks. */
  | { kind: "reset"; texts: string[] }
  /** Some texts, then raw bytes that are no frame. */
  | { kind: "garbage"; texts: string[]; raw: string }
  /** Headers, perhaps texts, then nothing. */
  | { kind: "silence"; texts: string[]; headers?: boolean }
  /** Frames as fast as the other side takes them, without end. */
  | { kind: "flood"; text: string };

export interface GeminiServer {
  baseUrl: string;
  /** The bodies received, oldest first. */
  requests: { path: string; headers: IncomingMessage["headers"]; body: Record<string, unknown> }[];
  /** Connections that the other side closed before their answer was complete. */
  aborted(): number;
  /** Streams that are open now. */
  open(): number;
  reply(...replies: GeminiReply[]): void;
  close(): Promise<void>;
}

export async function startGeminiServer(...first: GeminiReply[]): Promise<GeminiServer> {
  let replies = first;
  let aborted = 0;
  let open = 0;
  const requests: GeminiServer["requests"] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown>;
    requests.push({ path: request.url ?? "", headers: request.headers, body });
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? { kind: "answer", texts: ["Yes. [1]"] };
    open++;
    response.on("error", () => {});
    response.once("close", () => {
      open--;
      if (!response.writableFinished && reply.kind !== "reset") aborted++;
    });
    await send(response, reply).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    aborted: () => aborted,
    open: () => open,
    reply(...next) {
      replies = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As captured from gemini-3.1-flash-lite: texts, then an empty one with the reason and the counts. */
export function textFrame(text: string): object {
  return {
    candidates: [{ content: { role: "model", parts: [{ text }] } }],
    usageMetadata: { trafficType: "ON_DEMAND" },
    modelVersion: "gemini-test",
    responseId: "test",
  };
}

export function lastFrame(finishReason: string): object {
  return {
    candidates: [{ content: { role: "model", parts: [{ text: "", thoughtSignature: "AY89a18i" }] }, finishReason }],
    usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
    modelVersion: "gemini-test",
    responseId: "test",
  };
}

export function rateLimited(
  retryDelay: string | null,
  quotaId = "GenerateRequestsPerMinutePerProjectPerModel",
): GeminiReply {
  const details: object[] = [
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId, quotaValue: "10" }] },
  ];
  if (retryDelay) details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
  const error = { code: 429, message: "You exceeded your current quota.", status: "RESOURCE_EXHAUSTED", details };
  return { kind: "failure", status: 429, body: { error } };
}

export function overloaded(): object {
  return { error: { code: 503, message: "The model is overloaded. Please try again later.", status: "UNAVAILABLE" } };
}

async function send(response: ServerResponse, reply: GeminiReply): Promise<void> {
  if (reply.kind === "failure") {
    const json = typeof reply.body !== "string";
    response.writeHead(reply.status, { "Content-Type": json ? "application/json" : "text/html", ...reply.headers });
    response.end(json ? JSON.stringify(reply.body) : reply.body);
    return;
  }
  if (reply.kind === "silence" && reply.headers === false) return;
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.flushHeaders();
  if (reply.kind === "flood") return flood(response, reply.text);
  const frames = reply.kind === "frames" ? reply.frames : reply.texts.map(textFrame);
  if (reply.kind === "answer") {
    const { finishReason = "STOP", last } = reply;
    if (last) frames.push(last);
    else if (finishReason) frames.push(lastFrame(finishReason));
  }
  const { bytesPerWrite, framesPerSecond } =
    reply.kind === "answer" ? reply : { bytesPerWrite: undefined, framesPerSecond: 0 };
  for (const frame of frames) {
    await write(response, frame, bytesPerWrite);
    if (framesPerSecond) await wait(1000 / framesPerSecond);
    if (response.destroyed) return;
  }
  if (reply.kind === "silence") return;
  if (reply.kind === "garbage") response.write(reply.raw);
  if (reply.kind === "reset") {
    await wait(20);
    response.destroy();
  } else response.end();
}

async function write(response: ServerResponse, frame: object, bytesPerWrite = Number.POSITIVE_INFINITY): Promise<void> {
  const bytes = Buffer.from(`data: ${JSON.stringify(frame)}\r\n\r\n`);
  for (let at = 0; at < bytes.length; at += bytesPerWrite) {
    response.write(bytes.subarray(at, at + bytesPerWrite));
    if (bytesPerWrite < bytes.length) await wait(1);
  }
}

async function flood(response: ServerResponse, text: string): Promise<void> {
  const bytes = `data: ${JSON.stringify(textFrame(text))}\r\n\r\n`;
  while (!response.destroyed) {
    if (!response.write(bytes)) await Promise.race([once(response, "drain"), once(response, "close")]);
    else await wait(0);
  }
}

function once(response: ServerResponse, event: string): Promise<void> {
  return new Promise((resolve) => response.once(event, () => resolve()));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
