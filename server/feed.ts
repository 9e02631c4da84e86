// What a reader takes one by one, as fast as it can: without a promise for each piece, which thousands of readers feel.

export interface Feed<T> {
  /**
   * The next piece. Undefined: none for now; whoever opened the feed is woken when there may be one. Null: none ever
   * more. Throws where the source has failed.
   */
  take(): T | undefined | null;
  /** Nothing more is taken, and nobody woken. */
  leave(): void;
}

/** A feed of what `make` yields, one piece ahead of who takes. The signal aborts when the feed is left: end on it. */
export function feedOf<T>(make: (signal: AbortSignal) => AsyncIterable<T>, wake: () => void): Feed<T> {
  const left = new AbortController();
  const iterator = make(left.signal)[Symbol.asyncIterator]();
  let ready: IteratorResult<T> | undefined;
  let failure: { error: unknown } | undefined;
  const pull = () => {
    ready = undefined;
    iterator.next().then(
      (result) => {
        ready = result;
        if (!left.signal.aborted) wake();
      },
      (error) => {
        failure = { error };
        if (!left.signal.aborted) wake();
      },
    );
  };
  pull();
  return {
    take() {
      if (failure) throw failure.error;
      if (!ready || left.signal.aborted) return undefined;
      if (ready.done) return null;
      const { value } = ready;
      pull();
      return value;
    },
    leave() {
      if (left.signal.aborted) return;
      // With a reason: without one an error is made for it, stack and all.
      left.abort("left");
      // Not awaited: a source that is waiting for its next piece ends by the signal, in its own time.
      iterator.return?.().catch(() => {});
    },
  };
}
