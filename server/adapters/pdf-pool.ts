// A pool of PDF child processes, started when first needed and kept warm; a broken one is replaced.
import type { Logger } from "../ports.ts";
import type { PdfLimits } from "./pdf-limits.ts";
import { type PdfProcess, startPdfProcess } from "./pdf-process.ts";

export interface PdfPool {
  /** Waits for a free child, first come first served. */
  acquire(signal: AbortSignal): Promise<PdfProcess>;
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

  const serve = () => {
    while (waiters.length > 0) {
      const child = idle.pop();
      if (child?.alive()) waiters.shift()?.resolve(child);
      else if (!child) break;
    }
    const wanted = Math.min(waiters.length - starts.size, size - children.size - starts.size);
    for (let n = 0; n < wanted; n++) {
      const starting = begin().finally(() => {
        starts.delete(starting);
        serve();
      });
      starts.add(starting);
    }
  };
  const begin = async () => {
    try {
      const child = await startPdfProcess(entry, limits, closing.signal);
      children.add(child);
      void child.exited.then(() => {
        children.delete(child);
        serve();
      });
      idle.push(child);
    } catch (error) {
      if (!closing.signal.aborted) log.error({ err: error }, "A PDF process did not start");
      waiters.shift()?.reject(error as Error);
    }
  };

  return {
    acquire(signal) {
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
    },
    release(child) {
      if (child.alive()) idle.push(child);
      serve();
    },
    async close() {
      const reason = new Error("The PDF reader is closed");
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
