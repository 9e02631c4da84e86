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
