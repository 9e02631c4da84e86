// A pool of PDF child processes, started when first needed and kept warm; a broken one is replaced.
import { type Logger, PdfReaderDownError } from "../ports.ts";
import type { PdfLimits } from "./pdf-limits.ts";
import { type PdfProcess, startPdfProcess } from "./pdf-process.ts";

export interface PdfPool {
  /** Waits for a free child, first come first served; `fresh` for one that has not read anything yet. */
  acquire(signal: AbortSignal, options?: { fresh?: boolean }): Promise<PdfProcess>;
  /**
   * @returns an idle child, or null; where there is room for one more, it is started for the next who asks.
   * @param giveWay called when somebody waits for it: it is to be given back soon.
   */
  borrow(giveWay: () => void): PdfProcess | null;
  /** Gives it back; one that has ended makes room for a fresh one. */
  release(child: PdfProcess): void;
  /** Ends every child and whoever waits for one. */
  close(): Promise<void>;
}

interface Waiter {
  resolve(child: PdfProcess): void;
  reject(error: Error): void;
}

export function createPdfPool(deps: { entry: URL; size: number; limits: PdfLimits; log: Logger }): PdfPool {
  const { entry, size, limits, log } = deps;
  const children = new Set<PdfProcess>();
  const idle: PdfProcess[] = [];
  const waiters: Waiter[] = [];
  const closing = new AbortController();
  const starts = new Set<Promise<void>>();
  /** Borrowed, by whom; and of these the ones that are on their way back. */
  const borrowed = new Map<PdfProcess, () => void>();
  const asked = new Set<PdfProcess>();

  const serve = () => {
    while (waiters.length > 0) {
      const child = idle.pop();
      if (child?.alive()) waiters.shift()?.resolve(child);
      else if (!child) break;
    }
    const room = size - children.size - starts.size;
    for (let n = Math.min(waiters.length - starts.size, room); n > 0; n--) startOne();
    let missing = waiters.length - starts.size - asked.size;
    for (const [child, giveWay] of borrowed) {
      if (missing-- <= 0) break;
      borrowed.delete(child);
      asked.add(child);
      giveWay();
    }
  };
  const startOne = () => {
    const starting = begin().finally(() => {
      starts.delete(starting);
      serve();
    });
    starts.add(starting);
  };
  const forget = (child: PdfProcess) => {
    borrowed.delete(child);
    asked.delete(child);
  };
  const begin = async () => {
    try {
      const child = await startPdfProcess(entry, limits, closing.signal);
      children.add(child);
      void child.exited.then(() => {
        children.delete(child);
        forget(child);
        serve();
      });
      idle.push(child);
    } catch (error) {
      if (!closing.signal.aborted) log.error({ err: error }, "A PDF process did not start");
      waiters.shift()?.reject(new PdfReaderDownError("A PDF process did not start", { cause: error }));
    }
  };

  const wait = (signal: AbortSignal) => {
    signal.throwIfAborted();
    closing.signal.throwIfAborted();
    return new Promise<PdfProcess>((resolve, reject) => {
      const leave = () => {
        const place = waiters.indexOf(waiter);
        if (place >= 0) waiters.splice(place, 1);
        reject(signal.reason);
      };
      const settle = <T>(how: (value: T) => void) => {
        return (value: T) => {
          signal.removeEventListener("abort", leave);
          how(value);
        };
      };
      const waiter: Waiter = { resolve: settle(resolve), reject: settle(reject) };
      signal.addEventListener("abort", leave, { once: true });
      waiters.push(waiter);
      serve();
    });
  };

  return {
    async acquire(signal, { fresh = false } = {}) {
      for (;;) {
        const child = await wait(signal);
        if (!fresh || child.fresh()) return child;
        child.kill(new Error("Replaced by a fresh one"));
        await child.exited;
      }
    },
    borrow(giveWay) {
      if (waiters.length > 0 || closing.signal.aborted) return null;
      for (let child = idle.pop(); child; child = idle.pop()) {
        if (!child.alive()) continue;
        borrowed.set(child, giveWay);
        return child;
      }
      if (starts.size === 0 && children.size < size) startOne();
      return null;
    },
    release(child) {
      forget(child);
      if (child.alive()) idle.push(child);
      serve();
    },
    async close() {
      const reason = new PdfReaderDownError("The PDF reader is closed");
      closing.abort(reason);
      for (const waiter of waiters.splice(0)) waiter.reject(reason);
      const ends = [...children].map((child) => {
        child.kill(reason);
        return child.exited;
      });
      await Promise.all([...ends, ...starts]);
    },
  };
}
