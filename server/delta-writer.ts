// Sends the text of an answer on as deltas: at once while they are few, joined within 30 ms when they come in a flood.

/** Deltas sent one by one within one window, before joining begins. */
const burst = 24;
const windowMs = 30;

export interface DeltaWriter {
  write(text: string): void;
  /** Sends what is left and waits until everything has been taken. Rejects if a delta could not be. */
  flush(): Promise<void>;
}

/** @param send takes one delta; never called again before its promise has settled. */
export function createDeltaWriter(send: (text: string) => Promise<void>): DeltaWriter {
  let waiting = "";
  let sending: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failure: { error: unknown } | null = null;
  let windowStart = 0;
  let sentInWindow = 0;

  function pump(): void {
    if (sending || timer || !waiting || failure) return;
    const now = performance.now();
    if (now - windowStart >= windowMs) {
      windowStart = now;
      sentInWindow = 0;
    }
    if (sentInWindow < burst) {
      start();
      return;
    }
    timer = setTimeout(
      () => {
        timer = null;
        pump();
      },
      windowStart + windowMs - now,
    );
  }

  function start(): void {
    const text = waiting;
    waiting = "";
    sentInWindow++;
    sending = send(text).then(
      () => settle(),
      (error: unknown) => {
        failure = { error };
        settle();
      },
    );
  }

  function settle(): void {
    sending = null;
    pump();
  }

  return {
    write(text) {
      waiting += text;
      pump();
    },
    async flush() {
      if (timer) clearTimeout(timer);
      timer = null;
      while (!failure && (sending || waiting)) {
        if (!sending) start();
        await sending;
      }
      if (failure) throw failure.error;
    },
  };
}
