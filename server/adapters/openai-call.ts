// One request to an OpenAI-compatible server, with its stream of events read as fast as the reader reads.
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { createParser } from "eventsource-parser";
import { LanguageModelError } from "../model-ports.ts";
import { readBody, textsOf } from "./openai-body.ts";
import { fromErrorBody, fromResponse } from "./openai-errors.ts";

export interface OpenAiServer {
  /** With its version, for example `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  /** null: local servers ask for none. */
  apiKey: string | null;
}

/** What a chat completion brings, piece by piece or (`message`) as a whole; everything may be missing. */
export interface Frame {
  choices?: { delta?: Delta | null; message?: Delta | null; finish_reason?: string | null }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  error?: unknown;
}

interface Delta {
  content?: string | { type?: string; text?: string }[] | null;
  refusal?: string | null;
}

/** Of one event; a server that ends no line is left. */
const maxEventLength = 1_000_000;
/** Of an answer in one piece: a batch of long vectors is some three million characters. */
const maxJsonLength = 20_000_000;

interface OpenAiRequest {
  path: string;
  body?: object;
  /** A path that not every server has: its 404 is an answer too. */
  mayBeMissing?: boolean;
  signal: AbortSignal;
}

/**
 * Resolves with the headers of a good answer. Throws `LanguageModelError`. Over Node's own client: a stream of the web's
 * kind costs more for each read than everything else that is done with a word.
 */
export async function request(
  { baseUrl, apiKey }: OpenAiServer,
  { path, body, mayBeMissing = false, signal }: OpenAiRequest,
): Promise<IncomingMessage> {
  const payload = body && Buffer.from(JSON.stringify(body));
  const headers = {
    Accept: "*/*",
    ...(payload && { "Content-Type": "application/json", "Content-Length": payload.length }),
    ...(apiKey !== null && { Authorization: `Bearer ${apiKey}` }),
  };
  const url = new URL(baseUrl.replace(/\/+$/, "") + path);
  const response = await send(url, { method: payload ? "POST" : "GET", headers, signal }, payload).catch(() => {
    throw new LanguageModelError("model-unavailable", "the language model's server could not be reached");
  });
  // Redirections are not followed: the key and the passages are for this server alone.
  const { statusCode = 0 } = response;
  if (mayBeMissing && statusCode === 404) return response;
  if (statusCode < 200 || statusCode > 299) throw await fromResponse(response, apiKey);
  return response;
}

function send(url: URL, options: RequestOptions, payload: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, resolve);
    request.on("error", (error: NodeJS.ErrnoException) => {
      // The server has closed a kept connection at the moment at which it was used again: it has read nothing.
      if (request.reusedSocket && error.code === "ECONNRESET") send(url, options, payload).then(resolve, reject);
      else reject(error);
    });
    request.end(payload);
  });
}

/** @returns what the answer's JSON holds. Throws `LanguageModelError`. */
export async function json(response: IncomingMessage): Promise<unknown> {
  const { text, end } = await readBody(response, maxJsonLength);
  if (end !== "whole") {
    const message = `the answer of the language model's server is ${end}`;
    throw new LanguageModelError("model-interrupted", message, { retryable: end === "broken" });
  }
  return parsed(text);
}

/**
 * The frames of a completion, all that have come at once, and `done` where its end was marked. An answer in one piece,
 * from a server that does not stream, is one frame. Throws `LanguageModelError` for an error in the stream, bytes that are
 * no frame, and a break.
 */
export async function* framesOf(response: IncomingMessage, apiKey: string | null): AsyncGenerator<(Frame | "done")[]> {
  if (/^application\/json\b/i.test(response.headers["content-type"] ?? "")) {
    yield [frameOf(await json(response), apiKey), "done"];
    return;
  }
  for await (const events of eventsOf(response)) {
    const frames: (Frame | "done")[] = [];
    try {
      // Read on to the end of the body: only then the connection serves the next question too.
      for (const data of events) frames.push(data.trim() === "[DONE]" ? "done" : frameOf(parsed(data), apiKey));
    } catch (error) {
      // What stood before it is good.
      if (frames.length > 0) yield frames;
      throw error;
    }
    yield frames;
  }
}

async function* eventsOf(response: IncomingMessage): AsyncGenerator<string[]> {
  const events: string[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: ({ data }) => events.push(data),
    onError: ({ type, field, value }) => {
      tooLong ||= type === "max-buffer-size-exceeded";
      // llama.cpp names the line after what it is.
      if (field === "error") events.push(`{"error":${value}}`);
    },
  });
  const texts = textsOf(response);
  try {
    for (let next = await unbroken(texts); !next.done; next = await unbroken(texts)) {
      parser.feed(next.value);
      if (tooLong) throw new LanguageModelError("model-interrupted", "an event of the stream has no end");
      if (events.length > 0) yield events.splice(0);
    }
  } finally {
    await texts.return(undefined);
  }
  // The blank line after the last event may be missing.
  parser.feed("\n\n");
  if (events.length > 0) yield events;
}

function unbroken(texts: AsyncGenerator<string>): Promise<IteratorResult<string>> {
  return texts.next().catch((cause) => {
    throw new LanguageModelError("model-interrupted", "the stream of the language model broke off", { cause });
  });
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new LanguageModelError("model-interrupted", "what the language model's server sent is no JSON");
  }
}

function frameOf(value: unknown, apiKey: string | null): Frame {
  if (typeof value !== "object" || value === null) {
    throw new LanguageModelError("model-interrupted", "the stream of the language model is no frame");
  }
  const frame = value as Frame;
  if (frame.error) throw fromErrorBody(frame.error, { status: null, apiKey });
  return frame;
}

export function deltaOf(frame: Frame): { text: string; refused: boolean; reason: string | null } {
  const choice = frame.choices?.[0];
  const delta = choice?.delta ?? choice?.message;
  const content = delta?.content ?? "";
  const text = typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
  return { text, refused: Boolean(delta?.refusal), reason: choice?.finish_reason ?? null };
}
