// Loaded before a program by `node --import`: tells its parent what the process has used, and holds its calls to a model back.
import http from "node:http";
import { isMainThread } from "node:worker_threads";

const waiting = [];
let holding = false;

async function untilReleased() {
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
    const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    return { rss, heapUsed, resources: { ...counted(process.getActiveResourcesInfo()), listeners } };
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
  globalThis.fetch = async (...call) => {
    await untilReleased();
    return fetch(...call);
  };
  const { addRequest } = http.Agent.prototype;
  http.Agent.prototype.addRequest = function addWhenReleased(...call) {
    untilReleased().then(() => addRequest.apply(this, call));
  };
  process.on("message", async (message) => {
    const answer = answers[message];
    if (answer) process.send({ type: message, ...(await answer()) });
  });
  // The channel alone keeps no program alive that has ended otherwise.
  process.channel?.unref();
}
