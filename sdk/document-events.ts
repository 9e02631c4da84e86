// The live list of documents: one iterable over any number of connections, each of which begins with a snapshot.
import type { DocumentEvent } from "./contract.ts";
import { backoff, createDeadline, sleep } from "./deadline.ts";
import { isConnectionError } from "./errors.ts";
import { isPassing } from "./request.ts";
import { readFrames } from "./sse.ts";
import { parseData } from "./stream.ts";

const LONGEST_WAIT_MS = 30_000;

/** A connection that held this long was a good one. */
const LASTED_MS = 10_000;

export interface DocumentEventsSource {
  open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  signal: AbortSignal | undefined;
  idleMs: number;
  backoffMs: number;
}

/** Each loop over it is a connection of its own. */
export function createDocumentEvents(source: DocumentEventsSource): AsyncIterable<DocumentEvent> {
  return {
    [Symbol.asyncIterator]() {
      const link = createDeadline(source.signal, Number.POSITIVE_INFINITY);
      const events = readDocumentEvents(source, link.signal);
      let left = false;
      return {
        async next() {
          try {
            return await events.next();
          } catch (error) {
            link.abort(error);
            if (left) return { done: true, value: undefined };
            throw error;
          }
        },
        async return() {
          left = true;
          link.abort(null);
          await events.return(undefined).catch(() => {});
          return { done: true, value: undefined };
        },
      };
    },
  };
}

async function* readDocumentEvents(
  source: DocumentEventsSource,
  signal: AbortSignal,
): AsyncGenerator<DocumentEvent, undefined> {
  for (let fruitless = 0; ; fruitless++) {
    const since = Date.now();
    let asked: number | null = null;
    try {
      signal.throwIfAborted();
      for await (const { event, data } of readFrames(await source.open(signal), source.idleMs, signal)) {
        if (event === "snapshot" || event === "document") yield { event, data: parseData(data) } as DocumentEvent;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (isPassing(error)) asked = error.retryAfterMs;
      else if (!isConnectionError(error)) throw error;
    }
    // A server that greets and hangs up at once is not to be called at once again.
    if (Date.now() - since > LASTED_MS) fruitless = 0;
    await sleep(backoff(fruitless, source.backoffMs, LONGEST_WAIT_MS, asked), signal);
  }
}
