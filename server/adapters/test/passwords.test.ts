import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterEach, expect, test } from "vitest";
import type { PasswordHasher } from "../../password-port.ts";
import { Problem } from "../../problem.ts";
import { distEntry } from "../../test/dist.ts";
import { createPasswordHasher } from "../passwords.ts";

const open: PasswordHasher[] = [];
const start = (cost = 4, threadEntry = distEntry("password-thread")) => {
  const hasher = createPasswordHasher({ threadEntry, cost });
  open.push(hasher);
  return hasher;
};
afterEach(() => Promise.all(open.splice(0).map((hasher) => hasher.close())));

/** Threads that do otherwise than they should. */
const threadOf = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

test("a password matches its own hash only, and hashes differ each time", async () => {
  const hasher = start();
  const [first, second] = await Promise.all([hasher.hash("påssword 😀"), hasher.hash("påssword 😀")]);
  expect(first).toMatch(/^\$2b\$04\$/);
  expect(first).not.toBe(second);
  expect(await hasher.compare("påssword 😀", first)).toBe(true);
  expect(await hasher.compare("password", first)).toBe(false);
  expect(await hasher.compare("password", "not a hash")).toBe(false);
});

test("fifty at once leave the event loop to others", async () => {
  const hasher = start(8);
  const hash = await hasher.hash("password");
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await Promise.all(Array.from({ length: 50 }, () => hasher.compare("password", hash)));
  delay.disable();
  // On the event loop, each comparison would hold it for over ten milliseconds.
  process.stdout.write(`event loop delay, 50 comparisons: p99 ${Math.round(delay.percentile(99) / 1e6)} ms\n`);
  expect(delay.count).toBeGreaterThan(0);
}, 60_000);

test.runIf(process.platform === "linux")(
  "its thread stands behind the process that it works for, and it alone",
  async () => {
    const before = nicenessOfThreads();
    await start().hash("password");
    const after = nicenessOfThreads();
    const own = Math.min(getPriority() + 10, 19);
    expect(after.get(process.pid)).toBe(before.get(process.pid));
    expect([...after].filter(([thread, nice]) => nice === own && before.get(thread) !== own)).not.toEqual([]);
  },
);

/** Of this process, as Linux has them: by the thread's number, field 19 of its `stat`. */
function nicenessOfThreads(): Map<number, number> {
  const threads = readdirSync("/proc/self/task");
  const read = (thread: string) => readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
  return new Map(threads.map((thread) => [Number(thread), Number(read(thread).split(") ")[1]?.split(" ")[16])]));
}

test("a thread that dies is started again, and its work done", async () => {
  const killer = threadOf(`
    import { parentPort, threadId } from "node:worker_threads";
    parentPort.on("message", (job) => {
      if (job.password === "die" || (job.password === "die once" && !globalThis.process.env.SURVIVOR)) {
        process.env.SURVIVOR = "1";
        process.exit(1);
      }
      parentPort.postMessage({ id: job.id, value: true });
    });`);
  const hasher = start(4, killer);
  await expect(hasher.compare("die", "")).rejects.toMatchObject({ code: "unavailable" });
  expect(await hasher.compare("live", "")).toBe(true);
});

test("more than can wait are turned away with a time to come back", async () => {
  const hasher = start(
    4,
    threadOf(`import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});`),
  );
  const waiting = Array.from({ length: 200 }, () => hasher.hash("x").catch((error) => error));
  const refused = await hasher.hash("one more").catch((error) => error);
  expect(refused).toBeInstanceOf(Problem);
  expect([refused.code, refused.headers["Retry-After"]]).toEqual(["unavailable", "10"]);
  await hasher.close();
  for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: "unavailable" });
});

test("a closed hasher refuses", async () => {
  const hasher = start();
  await hasher.close();
  await expect(hasher.hash("x")).rejects.toMatchObject({ code: "unavailable" });
});
