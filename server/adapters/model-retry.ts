// Asking a model's server again where that may help: with growing pauses, no longer than a deadline allows.
import { setTimeout as sleep } from "node:timers/promises";
import { LanguageModelError } from "../model-ports.ts";
import type { Logger } from "../ports.ts";

export interface Retries {
  /** Its abort ends a pause, and lets no further attempt begin. */
  signal: AbortSignal;
  /** A further attempt begins within this time after the first, or not at all. */
  withinMs: number;
  log: Logger;
  /** Name of the model, for the log. */
  model: string;
}

const maxAttempts = 5;
const firstPauseMs = 400;
const longestPauseMs = 8_000;

/** Throws what the last attempt threw; what the server wants to wait longer for than the deadline is thrown at once. */
export async function retried<T>(attempt: () => Promise<T>, { signal, withinMs, log, model }: Retries): Promise<T> {
  const started = performance.now();
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LanguageModelError) || !error.retryable || attempts === maxAttempts) throw error;
      const pauseMs = pauseAfter(attempts, error.retryAfterMs);
      if (signal.aborted || performance.now() - started + pauseMs > withinMs) throw error;
      log.warn({ model, fault: error.fault, pauseMs: Math.round(pauseMs) }, "the language model is asked again");
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}

/** Twice as long each time, or what the server asked for; spread, so that many who failed together do not return so. */
function pauseAfter(attempts: number, retryAfterMs: number | null): number {
  if (retryAfterMs) return retryAfterMs * (1 + Math.random() / 10);
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1));
  return pauseMs * (0.5 + Math.random() / 2);
}

export interface Deadline extends Omit<Retries, "withinMs"> {
  deadlineMs: number;
}

/**
 * One answer as a whole, retried, all in `deadlineMs`: then `model-timeout`, or what an earlier attempt met. Rejects with the signal's reason on abort.
 * @param call given a signal of its own, which keeps no listener of anybody's when the call is over.
 */
export async function askedOnce<T>(
  call: (signal: AbortSignal) => Promise<T>,
  { signal, deadlineMs, log, model }: Deadline,
): Promise<T> {
  signal.throwIfAborted();
  const bound = boundTo(signal);
  const timer = setTimeout(() => bound.abort(tooLate(deadlineMs)), deadlineMs);
  let fault: unknown;
  const attempt = async () => {
    try {
      return await call(bound.signal);
    } catch (error) {
      if (!bound.signal.aborted) fault = error;
      throw error;
    }
  };
  try {
    return await retried(attempt, { signal: bound.signal, withinMs: deadlineMs, log, model });
  } catch (error) {
    if (!bound.signal.aborted) throw error;
    // Whatever a library makes of an abort, the reason is ours; what an earlier attempt met says more than the time.
    throw signal.aborted ? signal.reason : (fault ?? bound.signal.reason);
  } finally {
    clearTimeout(timer);
    bound.release();
  }
}

export function tooLate(ms: number): LanguageModelError {
  return new LanguageModelError("model-timeout", `nothing came for ${ms} ms`, { retryable: false });
}

export interface BoundSignal {
  signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Leaves nothing behind on the other signal. */
  release(): void;
}

/** A signal that aborts with another, or by itself; `AbortSignal.any` would stay with a signal that lives on. */
export function boundTo(signal: AbortSignal): BoundSignal {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    release: () => signal.removeEventListener("abort", abort),
  };
}
