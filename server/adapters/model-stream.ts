// The life of one streamed answer, whoever writes it: attempts until its first text, bounds of time, an upstream closed.
import type { LanguageModelPart } from "../model-ports.ts";
import type { Logger } from "../ports.ts";
import { boundTo, retried, tooLate } from "./model-retry.ts";

export interface StreamLimits {
  /** From the question to the first text, over all attempts. A model may think before it writes, without a sign of life. */
  firstTokenMs: number;
  /** Between two texts. */
  silenceMs: number;
  /** No attempt after the first begins later than this. */
  retryMs: number;
}

/**
 * Words that come faster are taken together: nobody sees two that are closer than two pictures of a screen, and each is
 * checked, logged and sent to every reader.
 */
const readEveryMs = 30;

export interface StreamOptions {
  signal: AbortSignal;
  limits: StreamLimits;
  log: Logger;
  model: string;
}

/**
 * Yields what an attempt yields. Only one that failed before its first part is followed by another: no text comes twice.
 * @param attempt asks once; its signal aborts when it is left, whatever the reason, and must close the upstream.
 */
export async function* streamed(
  attempt: (signal: AbortSignal) => AsyncIterable<LanguageModelPart>,
  { signal, limits, log, model }: StreamOptions,
): AsyncGenerator<LanguageModelPart> {
  if (signal.aborted) return;
  const pause = createPause(signal);
  const deadline = performance.now() + limits.firstTokenMs;
  const begin = async () => {
    const call = timed(attempt, signal);
    try {
      return { call, first: await call.next(Math.max(1, Math.round(deadline - performance.now()))) };
    } catch (error) {
      call.end();
      throw error;
    }
  };
  try {
    const { call, first } = await retried(begin, { signal, withinMs: limits.retryMs, log, model });
    try {
      for (let next = first; !next.done; next = await call.next(limits.silenceMs)) {
        const readAt = performance.now();
        yield next.value;
        if (next.value.type === "text") await pause.for(readEveryMs - (performance.now() - readAt));
      }
    } finally {
      call.end();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    pause.release();
  }
}

/** Pauses that an abort ends, with one listener for all of them. */
function createPause(signal: AbortSignal) {
  let timer: NodeJS.Timeout | undefined;
  let end = () => {};
  const ended = () => {
    clearTimeout(timer);
    end();
  };
  signal.addEventListener("abort", ended, { once: true });
  return {
    for(ms: number): Promise<void> | undefined {
      if (ms <= 1 || signal.aborted) return undefined;
      return new Promise((resolve) => {
        end = resolve;
        timer = setTimeout(resolve, ms);
      });
    },
    release: () => signal.removeEventListener("abort", ended),
  };
}

function timed(attempt: (signal: AbortSignal) => AsyncIterable<LanguageModelPart>, signal: AbortSignal) {
  const bound = boundTo(signal);
  const iterator = attempt(bound.signal)[Symbol.asyncIterator]();
  return {
    async next(ms: number): Promise<IteratorResult<LanguageModelPart>> {
      const work = iterator.next();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(tooLate(ms)), ms);
      });
      // After the time is up nobody else hears of it.
      work.catch(() => {});
      try {
        return await Promise.race([work, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    end() {
      bound.abort("over");
      bound.release();
      // Not awaited: it ends when what it waits for has, which an abort hastens.
      iterator.return?.()?.catch(() => {});
    },
  };
}

const settleMs = 500;

/** What comes after an answer's last word (counts, a mark of the end) is waited for shortly, and its failures are nobody's. */
export async function* settling<T>(frames: AsyncIterable<T>, complete: () => boolean): AsyncGenerator<T> {
  const iterator = frames[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = complete() ? await shortly(iterator.next()) : await iterator.next();
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    iterator.return?.()?.catch(() => {});
  }
}

async function shortly<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), settleMs);
  });
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
