// Probes: whether the process lives, and whether it may be sent requests.
import type { Context } from "koa";
import { z } from "zod";
import { pingDatabase } from "../models/database.ts";
import { countSetBack } from "../models/document-lease.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { holdsDocuments } from "../storage-use.ts";
import type { Routes } from "./operation.ts";
import { count } from "./schemas.ts";

const state = z.enum(["ok", "degraded"]);
type State = z.output<typeof state>;

const liveness = z.object({ status: z.literal("ok") });
const readiness = z.object({
  status: state,
  ...{ database: z.literal("ok"), queue: state, worker: state, storage: state, vectors: state, model: state },
  tasks: z.object({ waiting: count, dead: count, workers: count }).nullable(),
});

/** Probes come every second or two, from several places. */
const keptMs = 1_000;
/** A provider counts what it is asked. */
const modelKeptMs = 30_000;
const timeoutMs = 2_000;

export function addHealthRoutes(routes: Routes, services: Services): void {
  const tasks = remembered(() => inTime(services.queue.state()));
  const setBack = remembered(() => inTime(countSetBack(services.db)));
  const storage = remembered(() => inTime(services.storage.probe().then(() => holdsDocuments(services))));
  const probed = remembered(
    async () => ({ good: (await inTime(probeModel(services))) !== null, at: performance.now() }),
    modelKeptMs,
  );

  routes.add(
    {
      ...{ method: "get", path: "/healthz", id: "getLiveness", tag: "Operating", callers: "anyone" },
      summary: "Whether the process lives",
      answers: { 200: { description: "It does.", schema: liveness } },
      problems: [],
      // While it stops, too.
      never: ["unavailable"],
    },
    (ctx) => {
      ctx.body = { status: "ok" };
    },
  );

  const look = async (ctx: Context): Promise<void> => {
    if ((ctx.state.stopping as AbortSignal | undefined)?.aborted)
      throw new Problem("unavailable", "The server is stopping.");
    const [database, queue, files, waiting, probe] = await Promise.all([
      inTime(pingDatabase(services.db)),
      tasks(),
      storage(),
      setBack(),
      probed(),
    ]);
    if (!database) throw new Problem("unavailable", "The database does not answer.");
    const parts = {
      database: "ok" as const,
      queue: stateOf(queue !== null),
      // Not asked by a task: one that is sent stands behind others, and a busy worker is a good one. But not one that
      // found no storage, or not the right one: documents wait for that.
      worker: stateOf((queue?.value.workers ?? 0) > 0 && waiting?.value === 0),
      storage: stateOf(files !== null && files.value !== false),
      vectors: stateOf(services.vector),
      model: stateOf(isModelWell(probe, services.outcome.last())),
    } satisfies Record<string, State>;
    const status = stateOf(Object.values(parts).every((part) => part === "ok"));
    ctx.body = { status, ...parts, tasks: queue?.value ?? null } satisfies z.output<typeof readiness>;
  };
  routes.add(
    {
      ...{ method: "get", path: "/readyz", id: "getReadiness", tag: "Operating", callers: "anyone" },
      summary: "Whether it may be sent requests",
      answers: {
        200: { description: "It may, though a part that is `degraded` may hold some of them up.", schema: readiness },
      },
      problems: [],
    },
    look,
  );
}

const stateOf = (good: boolean): State => (good ? "ok" : "degraded");

/** @returns null where the work fails or takes too long. */
async function inTime<T>(work: Promise<T>): Promise<{ value: T } | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })).catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function probeModel({ model }: Services): Promise<void> {
  await model.probe?.(AbortSignal.timeout(timeoutMs));
}

interface Seen {
  good: boolean;
  at: number;
}

/** A model may list what it has and answer nothing, or answer again before it is next asked whether it is there. */
function isModelWell(probe: Seen, answer: ReturnType<Services["outcome"]["last"]>): boolean {
  if (answer?.outcome === "failed") return false;
  return probe.good || (answer !== null && answer.at > probe.at);
}

function remembered<T>(probe: () => Promise<T>, ms = keptMs): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > ms) last = { at: performance.now(), answer: probe() };
    return last.answer;
  };
}
