// Probes: whether the process lives, and whether it may be sent requests.
import Router from "@koa/router";
import { pingDatabase } from "../models/database.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";

type State = "ok" | "degraded";

/** Probes come every second or two; a task sent for each would be work of its own. */
const keptMs = 5_000;
const timeoutMs = 2_000;

export function healthRoutes(services: Services): Router {
  const router = new Router();
  const tasks = remembered(() => reached(services.queue.ping(timeoutMs)));
  const storage = remembered(() => reached(services.storage.probe()));

  router.get("/healthz", (ctx) => {
    ctx.body = { status: "ok" };
  });

  router.get("/readyz", async (ctx) => {
    if ((ctx.state.stopping as AbortSignal | undefined)?.aborted)
      throw new Problem("unavailable", "The server is stopping.");
    const [database, queue, files] = await Promise.all([reached(pingDatabase(services.db)), tasks(), storage()]);
    if (database !== "ok") throw new Problem("unavailable", "The database does not answer.");
    // A ping is answered by a worker through the queue, so that it speaks for both.
    const parts = {
      database,
      queue,
      worker: queue,
      storage: files,
      vectors: services.vector ? "ok" : "degraded",
      model: "ok",
    } satisfies Record<string, State>;
    ctx.body = { status: Object.values(parts).every((part) => part === "ok") ? "ok" : "degraded", ...parts };
  });
  return router;
}

async function reached(work: Promise<unknown>): Promise<State> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<State>((resolve) => {
    timer = setTimeout(() => resolve("degraded"), timeoutMs);
  });
  try {
    return await Promise.race([
      work.then(
        (): State => "ok",
        (): State => "degraded",
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function remembered(probe: () => Promise<State>): () => Promise<State> {
  let last: { at: number; state: Promise<State> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > keptMs) last = { at: performance.now(), state: probe() };
    return last.state;
  };
}
