// Loaded before a program by `node --import`: tells its parent what the process has used, and holds its calls to a model back.
import { isMainThread } from "node:worker_threads";

const waiting = [];
let holding = false;

/** What a bare peer awaits before it asks the model; the product's own calls go through `fetch` and wait there. */
export async function beforeModel() {
  if (!holding) return;
  await new Promise((resolve) => {
    waiting.push(resolve);
    process.send({ type: "held", count: waiting.length });
  });
}

async function settled() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function counted(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const answers = {
  cpu() {
    const { user, system } = process.cpuUsage();
    return { ms: (user + system) / 1000 };
  },
  async memory() {
    await settled();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heapUsed, resources: counted(process.getActiveResourcesInfo()) };
  },
  hold() {
    holding = true;
    return {};
  },
  release() {
    holding = false;
    const { user, system } = process.cpuUsage();
    for (const go of waiting.splice(0)) go();
    return { ms: (user + system) / 1000 };
  },
};

// The program's own threads load this too.
if (isMainThread && process.send) {
  const { fetch } = globalThis;
  globalThis.fetch = async (...request) => {
    await beforeModel();
    return fetch(...request);
  };
  process.on("message", async (message) => {
    const answer = answers[message];
    if (answer) process.send({ type: message, ...(await answer()) });
  });
  // The channel alone keeps no program alive that has ended otherwise.
  process.channel?.unref();
}
