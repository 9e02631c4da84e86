// The streams of events that are open in this process: pinged by one timer, and ended together when the server stops.

export interface OpenStream {
  /** When it is to be pinged, as `performance.now()` counts. */
  pingAt: number;
  ping(): void;
  stop(): void;
}

export interface OpenStreams {
  add(stream: OpenStream): void;
  delete(stream: OpenStream): void;
}

const pingMs = 15_000;
/** Streams are pinged in the order in which they came, not all at once. */
const lookMs = 250;

/** @param stopping ends those that are open, and those that are opened after */
export function createOpenStreams(stopping: AbortSignal | undefined): OpenStreams {
  const open = new Set<OpenStream>();
  let timer: NodeJS.Timeout | undefined;
  stopping?.addEventListener("abort", () => {
    for (const stream of open) stream.stop();
  });
  const look = () => {
    const now = performance.now();
    for (const stream of open) {
      if (stream.pingAt > now) continue;
      stream.pingAt = now + pingMs;
      stream.ping();
    }
  };
  return {
    add(stream) {
      stream.pingAt = performance.now() + pingMs;
      open.add(stream);
      timer ??= setInterval(look, lookMs).unref();
      if (stopping?.aborted) stream.stop();
    },
    delete(stream) {
      if (!open.delete(stream) || open.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
