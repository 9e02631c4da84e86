// Turns a failed response or an error inside a stream of an OpenAI-compatible server into a fault of the port.
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { LanguageModelError } from "../model-ports.ts";
import { bounded, reasonOf } from "./model-errors.ts";
import { readBody } from "./openai-body.ts";

/** What the servers agree on, more or less: `code` is a number or a word, and some send the sentence alone. */
interface ErrorBody {
  message?: unknown;
  type?: unknown;
  code?: unknown;
}

/** An answer that a filter of the server's has stopped before its first word: no failure, but an end. */
export class ContentFilteredError extends LanguageModelError {
  constructor() {
    super("model-rejected", "the language model's server filtered the question");
    this.name = "ContentFilteredError";
  }
}

/** Of a failure: it is words, however many. */
const maxFailureLength = 64 * 1024;

export async function fromResponse(response: IncomingMessage, apiKey: string | null): Promise<LanguageModelError> {
  const { text } = await readBody(response, maxFailureLength);
  let body: unknown = text;
  try {
    const value = JSON.parse(text) as { error?: unknown; detail?: unknown; message?: unknown };
    // FastAPI says `detail`, Google's compatible end sends a list.
    const first = Array.isArray(value) ? value[0] : value;
    body = first?.error ?? { message: first?.message ?? JSON.stringify(first?.detail ?? "") };
  } catch {
    // A proxy's page.
  }
  const retryAfterMs = retryAfter(response.headers);
  return fromErrorBody(body, { status: response.statusCode ?? null, apiKey, retryAfterMs });
}

export function fromErrorBody(
  body: unknown,
  { status, apiKey, retryAfterMs }: { status: number | null; apiKey: string | null; retryAfterMs?: number | undefined },
): LanguageModelError {
  const { message, type, code }: ErrorBody = typeof body === "object" && body !== null ? body : { message: body };
  const names = [code, type].filter((name) => typeof name === "string").join(" ");
  if (/content_filter|content_policy|ResponsibleAI/i.test(names)) return new ContentFilteredError();
  // Inside a stream the status stands in the body, if anywhere.
  const number = status ?? (Number(code) || null);
  const said = bounded(message, apiKey);
  const text = `the language model's server answered ${[number ?? "an error", names, said].filter(Boolean).join(" ")}`;
  if (number === 429 || /rate_limit|insufficient_quota/.test(names)) {
    // What is not paid for does not come back by waiting.
    return new LanguageModelError("model-rate-limited", text, {
      retryAfterMs,
      retryable: !/insufficient_quota/.test(names),
    });
  }
  // llama.cpp's 500 for a text that is longer than it reads at once.
  if (number !== null && /too (large|long) to process|context (length|size)/i.test(said)) {
    return new LanguageModelError("model-rejected", text);
  }
  if (number === 408 || number === 504) return new LanguageModelError("model-timeout", text, { retryAfterMs });
  if (number === null || number >= 500) return new LanguageModelError("model-unavailable", text, { retryAfterMs });
  return new LanguageModelError("model-rejected", text, { reason: reasonOf(number) });
}

/** `Retry-After` is in seconds or a date; OpenAI adds a finer one. */
function retryAfter(headers: IncomingHttpHeaders): number | undefined {
  const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (ms > 0) return ms;
  const value = headers["retry-after"];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return wait > 0 ? Math.ceil(wait) : undefined;
}
