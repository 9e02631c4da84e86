// One request to an OpenAI-compatible server: over fetch, with its stream of events read as fast as the reader reads.
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

/** Resolves with the headers of a good answer. Throws `LanguageModelError`; what an abort throws is fetch's. */
export async function request(
  { baseUrl, apiKey }: OpenAiServer,
  { path, body, signal }: { path: string; body?: object; signal: AbortSignal },
): Promise<Response> {
  const headers = {
    ...(body && { "Content-Type": "application/json" }),
    ...(apiKey !== null && { Authorization: `Bearer ${apiKey}` }),
  };
  const response = await fetch(baseUrl.replace(/\/+$/, "") + path, {
    method: body ? "POST" : "GET",
    headers,
    ...(body && { body: JSON.stringify(body) }),
    // The key and the passages are for this server alone.
    redirect: "manual",
    signal,
  }).catch(() => {
    throw new LanguageModelError("model-unavailable", "the language model's server could not be reached");
  });
  if (!response.ok) throw await fromResponse(response, apiKey);
  return response;
}

/** @returns what the answer's JSON holds. Throws `LanguageModelError`. */
export async function json(response: Response): Promise<unknown> {
  const { text, end } = await readBody(response, maxJsonLength);
  if (end !== "whole") {
    const message = `the answer of the language model's server is ${end}`;
    throw new LanguageModelError("model-interrupted", message, { retryable: end === "broken" });
  }
  return parsed(text);
}

/**
 * The frames of a completion, and `done` where its end was marked. An answer in one piece, from a server that does not
 * stream, is one frame. Throws `LanguageModelError` for an error in the stream, bytes that are no frame, and a break.
 */
export async function* framesOf(response: Response, apiKey: string | null): AsyncGenerator<Frame | "done"> {
  if (/^application\/json\b/i.test(response.headers.get("content-type") ?? "")) {
    yield frameOf(await json(response), apiKey);
    yield "done";
    return;
  }
  for await (const data of eventsOf(response)) {
    // Read on to the end of the body: only then the connection serves the next question too.
    yield data.trim() === "[DONE]" ? "done" : frameOf(parsed(data), apiKey);
  }
}

async function* eventsOf(response: Response): AsyncGenerator<string> {
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
  for await (const text of unbroken(textsOf(response))) {
    parser.feed(text);
    if (tooLong) throw new LanguageModelError("model-interrupted", "an event of the stream has no end");
    yield* events.splice(0);
  }
  // The blank line after the last event may be missing.
  parser.feed("\n\n");
  yield* events;
}

async function* unbroken(texts: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* texts;
  } catch (error) {
    throw new LanguageModelError("model-interrupted", "the stream of the language model broke off", { cause: error });
  }
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
