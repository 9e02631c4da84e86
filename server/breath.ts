// Lets whoever else waits be served during long work: the event loop goes on between two of its pieces.
import { setImmediate } from "node:timers/promises";

/** Work goes on for this long at a time: of several that breathe each has its stretch before anybody else is served. */
const stretchMs = 3;

/** @returns to be awaited between pieces of work: at once while the stretch lasts. */
export function createBreath(): () => Promise<void> | undefined {
  let begun = performance.now();
  return () => {
    if (performance.now() - begun < stretchMs) return undefined;
    return setImmediate().then(() => {
      begun = performance.now();
    });
  };
}
