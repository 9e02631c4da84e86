// Processes of a measurement that can be asked for what they used: bare peers, models' servers, and the product.
import { fork } from "node:child_process";
import { once } from "node:events";

export const usagePreload = new URL("usage-preload.mjs", import.meta.url).href;

/** Starts a program. @returns its process and the first thing that it says. */
export async function startProgram(path, args = [], nodeOptions = []) {
  const execArgv = ["--expose-gc", "--import", usagePreload, ...nodeOptions];
  const child = fork(path, args.map(String), { execArgv });
  // Everybody who waits for an answer listens.
  child.setMaxListeners(0);
  const [hello] = await once(child, "message");
  return { hello, child, close: () => child.connected && child.disconnect() };
}

/** Starts one of the programs beside this file, which says its address. */
export async function startBeside(name, args) {
  const program = await startProgram(new URL(name, import.meta.url), args);
  return { ...program, url: program.hello };
}

/** The first message that fits; several may come at once, so each is looked at. */
function message(child, fits) {
  return new Promise((resolve) => {
    const look = (received) => {
      if (!fits(received)) return;
      child.off("message", look);
      resolve(received);
    };
    child.on("message", look);
  });
}

/** Asks a process that has loaded usage-preload.mjs: `cpu`, `memory`, `hold` or `release`. */
export function told(child, what) {
  const answer = message(child, ({ type }) => type === what);
  child.send(what);
  return answer;
}

/** Waits until so many calls to the model are held back. */
export const held = (child, count) => message(child, (received) => received.type === "held" && received.count >= count);

/** Starts a reader of many streams, which is asked to `open` them and to `listen`. */
export async function startReaders() {
  const child = fork(new URL("readers.mjs", import.meta.url));
  await once(child, "message");
  return {
    async ask(type, what) {
      const answer = message(child, (received) => received.type === type);
      child.send({ type, ...what });
      const { error, ...said } = await answer;
      if (error) throw new Error(error);
      return said;
    },
    close: () => child.connected && child.disconnect(),
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** @returns the value below which this share of the values lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}
