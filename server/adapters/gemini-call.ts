// One streaming request to Gemini: bounded in time and in what waits to be read, and closed upstream when it is left.
import type { EnhancedGenerateContentResponse, GenerateContentRequest, GenerativeModel } from "@google/generative-ai";
import { LanguageModelError } from "../ports.ts";
import type { GeminiErrorBody } from "./gemini-errors.ts";

/** What comes on the wire, also what the library's types do not know. */
export type Frame = EnhancedGenerateContentResponse & { error?: GeminiErrorBody };

export interface CallLimits {
  firstByteMs: number;
  idleMs: number;
}

export interface Call {
  frames(): AsyncGenerator<Frame>;
  /** Whether any frame has come. */
  started(): boolean;
}

/** Frames that may wait for a slow reader: the library pulls whatever comes, so a flood is cut rather than kept. */
const maxWaitingFrames = 5000;

/** One request with its own abort signal, because leaving the library's loop does not close the upstream. */
export function createCall(
  model: GenerativeModel,
  body: GenerateContentRequest,
  { signal, firstByteMs, idleMs }: CallLimits & { signal: AbortSignal },
): Call {
  const abort = new AbortController();
  const waiting: Frame[] = [];
  let state: { done: boolean; failure?: unknown } = { done: false };
  let wake = () => {};
  let started = false;

  async function pump(): Promise<void> {
    const { stream, response } = await inTime(model.generateContentStream(body, { signal: abort.signal }), firstByteMs);
    // It rejects with the stream; unheard, that would end the process.
    response.catch(() => {});
    const iterator = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await inTime(iterator.next(), started ? idleMs : firstByteMs);
      if (next.done) return;
      started = true;
      waiting.push(next.value as Frame);
      if (waiting.length > maxWaitingFrames) {
        throw new LanguageModelError("model-interrupted", "the answer came faster than it could be passed on");
      }
      wake();
    }
  }

  async function* frames(): AsyncGenerator<Frame> {
    const end = () => {
      abort.abort();
      wake();
    };
    // The library does not look at a signal that was aborted before the call.
    if (signal.aborted) return;
    signal.addEventListener("abort", end, { once: true });
    pump()
      .then(
        () => {
          state = { done: true };
        },
        (failure: unknown) => {
          state = { done: true, failure };
          // Also while nobody reads.
          abort.abort();
        },
      )
      .then(() => wake());
    try {
      while (!signal.aborted) {
        const frame = waiting.shift();
        if (frame) {
          yield frame;
        } else if (state.done) {
          if (state.failure !== undefined) throw state.failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  }
  return { frames, started: () => started };
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LanguageModelError("model-timeout", `nothing came for ${ms} ms`)), ms);
  });
  // After the time is up nobody else hears of it.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
