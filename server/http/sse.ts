// Server-sent events over one response: at the reader's pace, and over when the reader leaves.
import type { ServerResponse } from "node:http";
import type { Context } from "koa";
import { type Feed, feedOf } from "../feed.ts";
import type { OpenStream, OpenStreams } from "./open-streams.ts";

export interface ServerEvent {
  id?: number;
  event: string;
  data: unknown;
}

type Events = AsyncIterable<ServerEvent>;

/** A reader that takes nothing for this long is gone or means harm. */
const defaultStalledMs = 120_000;
/** Events that are ready are written together, up to so much. */
const writeChars = 16_384;
const ping = ": ping\n\n";

export interface SendOptions {
  /** Goes on when the server begins to stop: the events end by themselves in time. */
  throughStop?: boolean;
  /** A reader that takes nothing for this long is cut off, and may come back for the rest. */
  stalledMs?: number;
}

/**
 * Sends every event, then ends the response. Headers leave at once, so throw what can be a plain problem before.
 * @param events or what makes them, given a signal that aborts when the reader leaves or the server stops: end on it
 */
export function sendEvents(
  ctx: Context,
  events: Events | ((signal: AbortSignal) => Events),
  options: SendOptions = {},
): void {
  const encoded = (wake: () => void): Feed<string> => {
    const feed = feedOf((signal) => (typeof events === "function" ? events(signal) : events), wake);
    return {
      take() {
        const event = feed.take();
        return event && encodeEvent(event);
      },
      leave: () => feed.leave(),
    };
  };
  sendFeed(ctx, encoded, options);
}

/** The same for events that are encoded already. @param open is given what to call when there may be one */
export function sendFeed(
  ctx: Context,
  open: (wake: () => void) => Feed<string>,
  { throughStop = false, stalledMs = defaultStalledMs }: SendOptions = {},
): void {
  openStream(ctx);
  if (ctx.method === "HEAD") {
    ctx.res.end();
    return;
  }
  const { streams, requestId } = ctx.state;
  new EventStream(ctx, { streams, throughStop, stalledMs }).start(open);
  // Koa keeps the context until the response ends, and with it what led to the route: for as long as somebody reads.
  ctx.state = { requestId };
  for (const name of ofRouting) ctx[name] = undefined;
}

const ofRouting = ["body", "matched", "router", "captures", "params", "_matchedRoute", "_matchedRouteName"];

/** @returns one event as it stands on the wire */
export function encodeEvent({ id, event, data }: ServerEvent): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function openStream(ctx: Context): void {
  ctx.status = 200;
  ctx.set("Content-Type", "text/event-stream; charset=utf-8");
  ctx.set("Cache-Control", "no-cache, no-transform");
  // nginx and its kin would otherwise keep events back until a buffer is full.
  ctx.set("X-Accel-Buffering", "no");
  ctx.respond = false;
  // A write that meets a closed connection is reported here; the close itself is what ends the stream.
  ctx.res.on("error", unheard);
  ctx.flushHeaders();
  if (ctx.method !== "HEAD") ctx.res.write(ping);
}

function unheard(): void {}

/** Of these thousands are open: what it keeps is kept as often. */
class EventStream implements OpenStream {
  pingAt = 0;
  private readonly ctx: Context;
  private readonly res: ServerResponse;
  private readonly streams: OpenStreams;
  private readonly throughStop: boolean;
  private readonly stalledMs: number;
  private feed: Feed<string> | undefined;
  private stalled: NodeJS.Timeout | undefined;

  constructor(ctx: Context, options: { streams: OpenStreams; throughStop: boolean; stalledMs: number }) {
    this.ctx = ctx;
    this.res = ctx.res;
    this.streams = options.streams;
    this.throughStop = options.throughStop;
    this.stalledMs = options.stalledMs;
  }

  start(open: (wake: () => void) => Feed<string>): void {
    const wake = () => this.write();
    this.feed = open(wake);
    // Also after an answer was waited for: then it goes on by the same way.
    this.res.on("drain", () => this.drained());
    this.res.once("close", () => this.end());
    this.streams.add(this);
    if (this.res.destroyed) this.end();
    this.write();
  }

  ping(): void {
    if (!this.res.destroyed && !this.res.writableNeedDrain) this.res.write(ping);
  }

  stop(): void {
    if (this.throughStop) return;
    this.end();
    this.res.end();
  }

  /** Writes what is ready for as long as the reader takes it. */
  private write(): void {
    const { res } = this;
    try {
      while (this.feed && !res.writableNeedDrain) {
        const { text, isOver } = this.ready(this.feed);
        if (text && !res.destroyed) res.write(text);
        if (isOver) {
          this.end();
          if (!res.destroyed) res.end();
        }
        if (!text || isOver) return;
      }
    } catch (error) {
      // An answer cut off without its last event tells the reader to come back.
      const isHeard = this.feed !== undefined;
      this.end();
      res.destroy();
      if (isHeard) this.ctx.onerror(error as Error);
      return;
    }
    if (this.feed) this.stalled ??= setTimeout(() => res.destroy(), this.stalledMs).unref();
  }

  private ready(feed: Feed<string>): { text: string; isOver: boolean } {
    let text = "";
    while (text.length < writeChars) {
      const next = feed.take();
      if (next === null) return { text, isOver: true };
      if (next === undefined) break;
      text += next;
    }
    return { text, isOver: false };
  }

  private drained(): void {
    clearTimeout(this.stalled);
    this.stalled = undefined;
    this.write();
  }

  private end(): void {
    clearTimeout(this.stalled);
    const { feed } = this;
    this.feed = undefined;
    this.streams.delete(this);
    feed?.leave();
  }
}
