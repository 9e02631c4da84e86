// Server-sent events from bytes: a parser that does not mind where the bytes were cut, and a reader with a watchdog.
import { createDeadline, unlessAborted } from "./deadline.ts";
import { ConnectionError } from "./errors.ts";

export interface SseFrame {
  /** As sent; `null` where the frame has none. */
  id: string | null;
  /** `message` where the frame names none. */
  event: string;
  data: string;
}

/**
 * @returns a function that takes the next piece of text (cut anywhere) and gives the frames it completes.
 * Follows https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream: lines end in LF, CR
 * or CRLF, comments are passed over, a frame without its closing blank line is not one.
 */
export function createSseParser(): (text: string) => SseFrame[] {
  let rest = "";
  let afterCr = false;
  let id: string | null = null;
  let event = "";
  let data: string[] = [];

  function line(text: string, frames: SseFrame[]): void {
    if (text === "") {
      if (data.length > 0) frames.push({ id, event: event || "message", data: data.join("\n") });
      id = null;
      event = "";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const start = text[colon + 1] === " " ? colon + 2 : colon + 1;
    const value = colon < 0 ? "" : text.slice(start);
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }

  return (text) => {
    const frames: SseFrame[] = [];
    // The LF of a CRLF that was cut between the two: its line has been taken already, as a lone CR's would be.
    let from = afterCr && text.startsWith("\n") ? 1 : 0;
    if (text !== "") afterCr = false;
    const lineEnd = /\r\n|\r|\n/g;
    lineEnd.lastIndex = from;
    for (let match = lineEnd.exec(text); match; match = lineEnd.exec(text)) {
      line(rest + text.slice(from, match.index), frames);
      rest = "";
      from = lineEnd.lastIndex;
      afterCr = match[0] === "\r" && from === text.length;
    }
    rest += text.slice(from);
    return frames;
  };
}

/**
 * Reads a response's body as frames. Ends quietly at the body's end: whether that was a cut is the caller's knowledge.
 * Leaving the loop, or the signal, closes the connection.
 * @param idleMs Longest time without a single byte (comments count).
 * @throws ConnectionError `timeout` or `cut`, or the signal's reason.
 */
export async function* readFrames(
  body: ReadableStream<Uint8Array>,
  idleMs: number,
  signal?: AbortSignal,
): AsyncGenerator<SseFrame> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = createSseParser();
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, idleMs, signal);
      if (done) return;
      yield* parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, idleMs: number, signal?: AbortSignal) {
  const deadline = createDeadline(signal, idleMs);
  try {
    return await unlessAborted(reader.read(), deadline.signal);
  } catch (cause) {
    if (deadline.signal.aborted) throw cause;
    throw new ConnectionError("cut", "The connection was cut", { cause });
  } finally {
    deadline.close();
  }
}
