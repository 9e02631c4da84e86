// Waiting for something no longer than until a signal aborts.

/** @returns null as soon as the signal aborts; the work goes on unheard. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(null);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    const heard = () => signal.removeEventListener("abort", leave);
    work.then(
      (value) => {
        heard();
        resolve(value);
      },
      (error) => {
        heard();
        reject(error);
      },
    );
  });
}

/** Ends as soon as the signal aborts, even while the source is waiting; the source is told to end in its own time. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  // One listener for the whole answer: one for each part would cost more than the part.
  let leave = () => {};
  const leaving = () => leave();
  signal.addEventListener("abort", leaving, { once: true });
  const next = () =>
    new Promise<IteratorResult<T> | null>((resolve, reject) => {
      leave = () => resolve(null);
      iterator.next().then(resolve, reject);
    });
  try {
    while (!signal.aborted) {
      const result = await next();
      if (!result || result.done) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener("abort", leaving);
    iterator.return?.().catch(() => {});
  }
}
