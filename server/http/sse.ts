// Server-sent events over one response: at the reader's pace, and over when the reader leaves.
import type { ServerResponse } from "node:http";
import type { Context } from "koa";

export interface ServerEvent {
  id?: number;
  event: string;
  data: unknown;
}

type Events = AsyncIterable<ServerEvent>;

const pingMs = 15_000;
/** A reader that takes nothing for this long is gone or means harm. */
const defaultStalledMs = 120_000;

export interface SendOptions {
  /** Goes on when the server begins to stop: the events end by themselves in time. */
  throughStop?: boolean;
  /** A reader that takes nothing for this long is cut off, and may come back for the rest. */
  stalledMs?: number;
}

/**
 * Sends every event, then ends the response. Headers leave at once, so throw what can be a plain problem before. Returns
 * when the stream is open: what led to the route would otherwise stay in memory for as long as somebody reads.
 * @param events or what makes them, given a signal that aborts when the reader leaves or the server stops: end on it
 */
export function sendEvents(
  ctx: Context,
  events: Events | ((signal: AbortSignal) => Events),
  { throughStop = false, stalledMs = defaultStalledMs }: SendOptions = {},
): void {
  openStream(ctx);
  if (ctx.method === "HEAD") {
    ctx.res.end();
    return;
  }
  const stopping = throughStop ? undefined : (ctx.state.stopping as AbortSignal | undefined);
  stream(ctx.res, events, { stopping, stalledMs }).catch((error) => ctx.onerror(error));
}

async function stream(
  res: ServerResponse,
  events: Events | ((signal: AbortSignal) => Events),
  { stopping, stalledMs }: { stopping: AbortSignal | undefined; stalledMs: number },
): Promise<void> {
  const left = new AbortController();
  // With a reason: without one an error is made for it, stack and all.
  const leave = () => left.abort("left");
  const ping = setInterval(() => {
    if (!res.writableNeedDrain) write(res, ": ping\n\n");
  }, pingMs).unref();
  res.once("close", leave);
  stopping?.addEventListener("abort", leave);
  if (res.destroyed || stopping?.aborted) leave();
  try {
    await pump(res, typeof events === "function" ? events(left.signal) : events, left.signal, stalledMs);
    if (!res.destroyed) res.end();
  } catch (error) {
    // An answer cut off without its last event tells the reader to come back.
    res.destroy();
    if (!left.signal.aborted) throw error;
  } finally {
    clearInterval(ping);
    res.off("close", leave);
    stopping?.removeEventListener("abort", leave);
    leave();
  }
}

function openStream(ctx: Context): void {
  ctx.status = 200;
  ctx.set("Content-Type", "text/event-stream; charset=utf-8");
  ctx.set("Cache-Control", "no-cache, no-transform");
  // nginx and its kin would otherwise keep events back until a buffer is full.
  ctx.set("X-Accel-Buffering", "no");
  ctx.respond = false;
  // A write that meets a closed connection is reported here; the close itself is what ends the stream.
  ctx.res.on("error", () => {});
  ctx.flushHeaders();
  if (ctx.method !== "HEAD") ctx.res.write(": ping\n\n");
}

async function pump(res: ServerResponse, events: Events, signal: AbortSignal, stalledMs: number): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  // One listener for the whole stream: one for each event would cost as much as the event itself.
  let giveUp = () => {};
  signal.addEventListener("abort", () => giveUp(), { once: true });
  const next = () =>
    new Promise<IteratorResult<ServerEvent> | null>((resolve, reject) => {
      giveUp = () => resolve(null);
      iterator.next().then(resolve, reject);
    });
  try {
    while (!signal.aborted) {
      const result = await next();
      if (!result || result.done) break;
      if (!write(res, encodeEvent(result.value))) await drained(res, signal, stalledMs);
    }
  } finally {
    // Not awaited: a source that is waiting for its next event ends by the signal, in its own time.
    iterator.return?.().catch(() => {});
  }
}

function write(res: ServerResponse, text: string): boolean {
  return res.destroyed || res.write(text);
}

/** @returns one event as it stands on the wire */
function encodeEvent({ id, event, data }: ServerEvent): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function drained(res: ServerResponse, signal: AbortSignal, stalledMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => res.destroy(), stalledMs).unref();
    const done = () => {
      clearTimeout(timer);
      res.off("drain", done);
      res.off("close", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    res.once("drain", done);
    res.once("close", done);
    signal.addEventListener("abort", done, { once: true });
    if (res.destroyed || signal.aborted) done();
  });
}
