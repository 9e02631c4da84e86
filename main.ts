// The front door: settings, services, the roles that the command line names (api, worker, or both), and an orderly stop.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Config, loadConfig } from "@pagewise/server/config";
import { createApp } from "@pagewise/server/http/app";
import { createHttpServer } from "@pagewise/server/http/server";
import { createServices, createWorkerServices, type Services, type WorkerServices } from "@pagewise/server/services";
import { useStorage } from "@pagewise/server/storage-use";
import { createWorker } from "@pagewise/worker/worker";

/** What is under way has this time to end by itself; what is not done by then is handed back or cut. */
const graceMs = 18_000;
/** Readers take the end of an answer that was cut within this time. */
const lastEventsMs = 1_000;
/** A stop takes no longer, whatever hangs. */
const stopMs = 25_000;

interface RunningRole {
  /** What is told to whoever started it. */
  ready: string;
  /** Ends what is under way, before the services close. */
  stop(): Promise<void>;
}

async function main(): Promise<void> {
  const config = loadConfig(undefined, process.argv.slice(2));
  const distDir = new URL("./", import.meta.url);
  if (config.role === "worker") {
    const services = await createWorkerServices(config, distDir);
    await run(services, [() => startWorker(config, services)]);
  } else {
    const services = await createServices(config, distDir);
    const api = (stopping: AbortSignal) => startApi(config, services, stopping);
    await run(services, config.role === "api" ? [api] : [api, () => startWorker(config, services)]);
  }
}

/** Starts the roles one after the other, and stops them together when a signal asks for it. */
async function run(
  services: WorkerServices,
  roles: ((stopping: AbortSignal) => Promise<RunningRole>)[],
): Promise<void> {
  const stopping = new AbortController();
  const running: RunningRole[] = [];
  const stop = async (reason: string, exitCode = 0) => {
    // Asked twice: the person means it.
    if (stopping.signal.aborted) process.exit(1);
    services.log.info({ reason }, "stopping");
    setTimeout(() => process.exit(1), stopMs).unref();
    stopping.abort();
    await Promise.all(running.map((role) => role.stop()));
    await services.close();
    process.exit(exitCode);
  };
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("SIGTERM", () => void stop("SIGTERM"));
  services.evicted.addEventListener("abort", () => void stop("the database was taken", 1));
  try {
    for (const start of roles) running.push(await start(stopping.signal));
  } catch (error) {
    if (stopping.signal.aborted) return;
    await services.close();
    throw error;
  }
  process.stdout.write(`Pagewise ${running[0]?.ready}\n`);
}

async function startApi(config: Config, services: Services, stopping: AbortSignal): Promise<RunningRole> {
  // Before a worker may run at all; where it fails, a worker does it later.
  void useStorage(services).catch((error) => services.log.warn({ err: error }, "the storage could not be marked yet"));
  const server = createHttpServer(createApp(services, { stopping }));
  // Counted, because connections are no measure: browsers open some that they never use.
  const answering = new Set<ServerResponse>();
  server.prependListener("request", (_request, response) => {
    answering.add(response);
    response.once("close", () => answering.delete(response));
  });
  server.listen(config.port, config.host);
  await once(server, "listening");
  const { port, family } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${config.host}]` : config.host;
  return {
    ready: `is ready at ${config.publicUrl ?? `http://${host}:${port}`}`,
    async stop() {
      server.close();
      const graceEnd = performance.now() + graceMs;
      await services.chat.close({ graceMs });
      const until = Math.max(graceEnd, performance.now() + lastEventsMs);
      while (answering.size > 0 && performance.now() < until) await sleep(50);
      server.closeAllConnections();
    },
  };
}

async function startWorker(config: Config, services: WorkerServices): Promise<RunningRole> {
  const concurrency = services.workerConcurrency;
  const worker = createWorker({ ...services, concurrency, embedded: config.databaseUrl === null });
  await worker.start();
  return {
    ready: `worker is ready, ${concurrency} documents at once`,
    stop: () => worker.stop({ graceMs }),
  };
}

/** Failures that the person who starts the product can mend: a sentence helps, a stack does not. */
function explain(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "The port is taken by another program. Choose another: PORT=8081 npm start";
  if (error.code === "ENOSPC") return "There is no room left on the disk of DATA_DIR. Make some, and start again.";
  const explained = ["ConfigError", "DatabaseInUseError", "DatabaseTakenError", "DatabaseUnreachableError"];
  return explained.includes(error.name) ? error.message : (error.stack ?? String(error));
}

main().catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
