// An answer as it is written: one async iterable that survives cut connections and loses or repeats no event.
import type { ChatEvent, Citation, DoneData, Id } from "./contract.ts";
import { backoff, createDeadline, sleep } from "./deadline.ts";
import { ApiError, ConnectionError, isConnectionError } from "./errors.ts";
import { isFromProxy, isPassing, LONGEST_BACKOFF_MS } from "./request.ts";
import { readFrames, type SseFrame } from "./sse.ts";

/** A whole answer. */
export interface Answer {
  text: string;
  /** All candidates that the answer was drawn from, best first. Show those in `cited`. */
  citations: Citation[];
  /** Indexes (`Citation.index`) that the text uses. */
  cited: number[];
  done: DoneData;
}

/**
 * The events of one answer. The request is sent when reading begins; an answer is read once.
 * Leaving the loop closes the connection; the answer goes on being written (`client.chat.stop` stops it).
 * A connection cut before `done` or `error` is taken up again where it was; before `start` the same request is sent again
 * with its key, and gets the answer that it has begun, if it has.
 * Reading throws ApiError where the server refuses, ConnectionError where no connection can be had any more (before
 * `start` whether the question arrived is not known: ask with the same key), and the signal's reason when aborted.
 */
export interface AnswerStream extends AsyncIterable<ChatEvent> {
  /** Known from the `start` event on, or from the beginning of a resumed one. */
  readonly messageId: Id | null;
  /**
   * The whole answer. Reads the stream, or waits for the loop that reads it.
   * Throws what reading throws, and an ApiError with `text` (the part that holds) after an `error` event.
   */
  final(): Promise<Answer>;
}

type Open = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

export interface AnswerSource {
  /** The call that begins the answer; null where it is only resumed. */
  first: Open | null;
  /** GET /chat/{message_id}/stream after event `after`. */
  resume(messageId: Id, after: number, signal: AbortSignal): ReturnType<Open>;
  messageId: Id | null;
  /** The last event known already; 0 for none. */
  after: number;
  signal: AbortSignal | undefined;
  idleMs: number;
  backoffMs: number;
  /** Tries in a row that bring no new event, before a cut is final. */
  maxTries: number;
  /** Told `false` when the connection is lost and will be made again, `true` when it has been. */
  onConnection?: ((connected: boolean) => void) | undefined;
}

export function createAnswerStream(source: AnswerSource): AnswerStream {
  const collector = createCollector();
  let messageId = source.messageId;
  let read = false;

  function iterate(): AsyncIterator<ChatEvent, undefined> {
    if (read) throw new Error("An answer is read once: keep its events, or open it again with client.chat.resume()");
    read = true;
    const link = createDeadline(source.signal, Number.POSITIVE_INFINITY);
    const events = readAnswer(source, link.signal, (id) => {
      messageId = id;
    });
    let left = false;
    const end = (error: unknown) => {
      collector.end(error);
      link.abort(error);
    };
    return {
      async next() {
        try {
          const step = await events.next();
          if (step.done) end(null);
          else collector.add(step.value);
          return step;
        } catch (error) {
          end(error);
          if (left) return { done: true, value: undefined };
          throw error;
        }
      },
      async return() {
        left = true;
        end(new Error("The answer was left before its end"));
        await events.return(undefined).catch(() => {});
        return { done: true, value: undefined };
      },
    };
  }

  return {
    get messageId() {
      return messageId;
    },
    [Symbol.asyncIterator]: iterate,
    final() {
      if (!read) void drain(iterate());
      return collector.answer;
    },
  };
}

// A failure reaches the caller through the collector.
async function drain(events: AsyncIterator<ChatEvent>): Promise<void> {
  try {
    while (!(await events.next()).done);
  } catch {}
}

async function* readAnswer(
  source: AnswerSource,
  signal: AbortSignal,
  onStart: (messageId: Id) => void,
): AsyncGenerator<ChatEvent, undefined> {
  let { messageId, after } = source;
  let connected = true;
  const connection = (now: boolean) => {
    if (now !== connected) source.onConnection?.(now);
    connected = now;
  };
  for (let fruitless = 0; ; fruitless++) {
    let failure: unknown;
    const first = messageId === null ? source.first : null;
    try {
      signal.throwIfAborted();
      const body = first ? await first(signal) : await source.resume(messageId ?? "", after, signal);
      connection(true);
      let lenient = first === null;
      for await (const frame of readFrames(body, source.idleMs, signal)) {
        const id = frame.id === null ? after + 1 : Number(frame.id);
        // The answer ended before where this reader had got to: what it had more of was never saved.
        const isEarlierEnd = lenient && id > 0 && (frame.event === "done" || frame.event === "error");
        // Known already (or no number at all).
        if (!(id > after) && !isEarlierEnd) continue;
        // A missing number is a lost event: ask again. Only where a resumed stream begins has the server the last word.
        if (id !== after + 1 && !lenient) break;
        const event = parseEvent(frame, id);
        lenient = false;
        after = id;
        fruitless = 0;
        if (!event) continue;
        if (event.event === "start") {
          messageId = event.data.message_id;
          onStart(messageId);
        }
        yield event;
        if (event.event === "done" || event.event === "error") return;
      }
      failure = new ConnectionError("cut", "The connection ended before the answer did");
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      failure = error;
    }
    // What the server itself says to a question is for whoever asked, also that it may be asked again.
    const passing = messageId === null ? isFromProxy(failure) : isPassing(failure);
    const asked = isPassing(failure) ? failure.retryAfterMs : null;
    const again = passing || isConnectionError(failure);
    if (!again || fruitless >= source.maxTries || (asked ?? 0) > LONGEST_ASKED_MS) throw failure;
    connection(false);
    await sleep(backoff(fruitless, source.backoffMs, LONGEST_BACKOFF_MS, asked), signal);
  }
}

/** A reader waits for an answer this long, not longer. */
const LONGEST_ASKED_MS = 30_000;

const EVENTS: ReadonlySet<string> = new Set<ChatEvent["event"]>(["start", "citations", "delta", "done", "error"]);

/** @returns null for an event of a newer server that this version does not know. */
function parseEvent({ event, data }: SseFrame, id: number): ChatEvent | null {
  return EVENTS.has(event) ? ({ id, event, data: parseData(data) } as ChatEvent) : null;
}

/** A stream's JSON. @throws ConnectionError: what cannot be read was damaged on its way. */
export function parseData(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ConnectionError("cut", "An event could not be read", { cause });
  }
}

/** Gathers the events of one answer into the whole. */
function createCollector() {
  let text = "";
  let citations: Citation[] = [];
  let resolve: (answer: Answer) => void;
  let reject: (error: unknown) => void;
  const answer = new Promise<Answer>((onAnswer, onError) => {
    resolve = onAnswer;
    reject = onError;
  });
  // Who never asks for the whole shall not hear of its failure a second time.
  answer.catch(() => {});
  return {
    answer,
    add({ event, data }: ChatEvent): void {
      if (event === "citations") citations = data.citations;
      else if (event === "delta") text += data.text;
      else if (event === "done") resolve({ text, citations, cited: data.cited, done: data });
      else if (event === "error") reject(new ApiError(data, { text: text.slice(0, data.text_length) }));
    },
    end(error: unknown): void {
      reject(error);
    },
  };
}
