// Time on the client: a call's deadline joined with the caller's signal, sleeping, and backing off.
import { ConnectionError, isConnectionError } from "./errors.ts";

export interface Deadline {
  /** Aborts with the caller's reason, or with a ConnectionError when the time is over. */
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** What to throw for `error`: the reason of an abort, else a ConnectionError with `error` as its cause. */
  blame(error: unknown): unknown;
  /** Aborts the signal and closes. */
  abort(reason: unknown): void;
  /** Ends the time limit and lets go of the caller's signal. */
  close(): void;
}

// Timers hold 31 bits; a longer wait would fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @param timeoutMs `Infinity` for no limit. */
export function createDeadline(caller: AbortSignal | undefined, timeoutMs: number): Deadline {
  const controller = new AbortController();
  const endsAt = Date.now() + timeoutMs;
  const follow = () => controller.abort(caller?.reason);
  if (caller?.aborted) follow();
  else caller?.addEventListener("abort", follow);
  const timer =
    timeoutMs <= LONGEST_TIMER_MS
      ? setTimeout(
          () => controller.abort(new ConnectionError("timeout", `No answer within ${timeoutMs} ms`)),
          timeoutMs,
        )
      : undefined;
  const close = () => {
    clearTimeout(timer);
    caller?.removeEventListener("abort", follow);
  };
  return {
    signal: controller.signal,
    remainingMs: () => endsAt - Date.now(),
    blame(error) {
      if (controller.signal.aborted) return controller.signal.reason;
      if (isConnectionError(error)) return error;
      return new ConnectionError("network", "The server could not be reached", { cause: error });
    },
    abort(reason) {
      close();
      controller.abort(reason);
    },
    close,
  };
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Rejects with the signal's reason when it aborts first. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waiting = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await unlessAborted(waiting, signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * How long to wait before try number `attempt` (from 0): what the server asked for (and up to a tenth more, so that
 * those told the same do not come at once), else "full jitter", a random part of a bound that doubles up to `longestMs`.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  attempt: number,
  baseMs: number,
  longestMs: number,
  retryAfterMs: number | null = null,
): number {
  if (retryAfterMs !== null) return retryAfterMs * (1 + Math.random() / 10);
  return Math.random() * Math.min(longestMs, baseMs * 2 ** attempt);
}
