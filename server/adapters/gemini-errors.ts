// Turns whatever the Gemini library throws or sends into a fault of the port.
import { GoogleGenerativeAIError, GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { LanguageModelError } from "../model-ports.ts";
import { bounded, reasonOf } from "./model-errors.ts";

/** `error` of Google's JSON, in a failed response and in a frame of a stream alike. */
export interface GeminiErrorBody {
  code?: number;
  message?: string;
  status?: string;
  details?: unknown[];
}

export function fromErrorBody(body: GeminiErrorBody, apiKey: string): LanguageModelError {
  const { code, details = [] } = body;
  const text = `Gemini answered ${[code ?? "an error", body.status, bounded(body.message, apiKey)].filter(Boolean).join(" ")}`;
  if (code === 429) {
    const retryAfterMs = perDay(details) ? undefined : retryDelay(details);
    return new LanguageModelError("model-rate-limited", text, { retryAfterMs, retryable: !perDay(details) });
  }
  if (code === 408 || code === 504) return new LanguageModelError("model-timeout", text);
  if (code === undefined || code >= 500) return new LanguageModelError("model-unavailable", text);
  // It has no status of its own for a wrong key.
  const isKey = /API_KEY_INVALID|API key/i.test(`${body.message} ${JSON.stringify(details)}`);
  return new LanguageModelError("model-rejected", text, { reason: isKey ? "key" : reasonOf(code) });
}

/**
 * The library's own errors are not kept as causes: their messages repeat what came on the wire, which is text of answers.
 * @param started whether any frame of the stream had come.
 */
export function fromThrown(
  error: unknown,
  { apiKey, started = false }: { apiKey: string; started?: boolean },
): LanguageModelError {
  if (error instanceof LanguageModelError) return error;
  if (error instanceof GoogleGenerativeAIFetchError) {
    const { status, statusText, errorDetails, message } = error;
    return fromErrorBody(
      {
        ...(status ? { code: status } : {}),
        ...(statusText ? { status: statusText } : {}),
        // Behind the address and the status, before the details.
        message: /\] ([^[]*)/.exec(message)?.[1] ?? "",
        details: errorDetails ?? [],
      },
      apiKey,
    );
  }
  // It says this of a connection that failed, and nothing of an answer that broke off.
  if (!started && error instanceof GoogleGenerativeAIError) {
    return new LanguageModelError("model-unavailable", "Gemini could not be reached");
  }
  return new LanguageModelError("model-interrupted", "the answer of Gemini broke off");
}

/** A quota for the day comes back tomorrow: no delay of seconds helps. */
function perDay(details: unknown[]): boolean {
  return /PerDay/.test(JSON.stringify(details));
}

/** `RetryInfo.retryDelay` is a protobuf duration: seconds, perhaps with a fraction. */
function retryDelay(details: unknown[]): number | undefined {
  for (const detail of details) {
    const delay = (detail as { retryDelay?: unknown } | null)?.retryDelay;
    const seconds = typeof delay === "string" ? /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1] : undefined;
    if (seconds) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
}
