// Turns whatever the Gemini library throws or sends into a fault of the port.
import { GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { LanguageModelError } from "../ports.ts";

/** `error` of Google's JSON, in a failed response and in a frame of a stream alike. */
export interface GeminiErrorBody {
  code?: number;
  message?: string;
  status?: string;
  details?: unknown[];
}

export function fromErrorBody(body: GeminiErrorBody, cause?: unknown): LanguageModelError {
  const details = body.details ?? [];
  const text = `Gemini answered ${body.code ?? "an error"} ${body.status ?? ""}`.trim();
  if (body.code === 429) {
    const retryAfterMs = perDay(details) ? undefined : retryDelay(details);
    return new LanguageModelError("model-rate-limited", text, { cause, ...(retryAfterMs ? { retryAfterMs } : {}) });
  }
  if (body.code === 408 || body.code === 504) return new LanguageModelError("model-timeout", text, { cause });
  if (body.code === undefined || body.code >= 500) return new LanguageModelError("model-unavailable", text, { cause });
  return new LanguageModelError("model-rejected", text, { cause });
}

/** @param started whether any frame of the stream had come. */
export function fromThrown(error: unknown, started: boolean): LanguageModelError {
  if (error instanceof LanguageModelError) return error;
  if (error instanceof GoogleGenerativeAIFetchError) {
    const { status, errorDetails } = error;
    return fromErrorBody({ ...(status ? { code: status } : {}), details: errorDetails ?? [] }, error);
  }
  const fault = started ? "model-interrupted" : "model-unavailable";
  return new LanguageModelError(fault, started ? "the stream broke off" : "Gemini could not be reached", {
    cause: error,
  });
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
