// Lets a bounded number of pieces of work run at once; the others wait in order.

export interface Gate {
  /** Resolves when it is this one's turn, or at once when the signal aborts, so that the work can end itself properly. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Whether nobody more may wait. */
  full(): boolean;
}

export function createGate(maxAtOnce: number, maxWaiting: number): Gate {
  let inside = 0;
  const waiting = new Set<() => void>();

  const leave = () => {
    inside--;
    const [next] = waiting;
    if (inside < maxAtOnce) next?.();
  };
  const once = (run: () => void) => {
    let done = false;
    return () => {
      if (!done) run();
      done = true;
    };
  };
  return {
    async enter(signal) {
      if (inside >= maxAtOnce && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const go = () => {
            waiting.delete(go);
            signal.removeEventListener("abort", go);
            resolve();
          };
          waiting.add(go);
          signal.addEventListener("abort", go);
        });
      }
      inside++;
      return once(leave);
    },
    full: () => inside >= maxAtOnce && waiting.size >= maxWaiting,
  };
}
