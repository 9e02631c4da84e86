// The front door: settings, services, the roles of api and worker in one process, and an orderly stop.
import type { AddressInfo } from "node:net";
import { loadConfig } from "@pagewise/server/config";
import { createApp } from "@pagewise/server/http/app";
import { createHttpServer } from "@pagewise/server/http/server";
import { createServices } from "@pagewise/server/services";
import { createWorker } from "@pagewise/worker/worker";

/** A stopping process hands unfinished documents back within this time. */
const graceMs = 25_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const services = await createServices(config, new URL("./", import.meta.url));
  const worker = createWorker({
    ...services,
    concurrency: services.workerConcurrency,
    soleProcess: config.databaseUrl === null,
  });
  const stopping = new AbortController();
  const server = createHttpServer(createApp(services, { stopping: stopping.signal }));

  const stop = async (signal: string) => {
    // Asked twice: the person means it.
    if (stopping.signal.aborted) process.exit(1);
    services.log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), graceMs + 5_000).unref();
    stopping.abort();
    server.close();
    await worker.stop({ graceMs });
    await services.chat.close();
    server.closeAllConnections();
    await services.close();
    process.exit(0);
  };
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("SIGTERM", () => void stop("SIGTERM"));

  try {
    await new Promise<void>((done, failed) => {
      server.once("error", failed);
      server.listen(config.port, config.host, done);
    });
    await worker.start();
  } catch (error) {
    await services.close();
    throw error;
  }
  const { port, family } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${config.host}]` : config.host;
  process.stdout.write(`Pagewise is ready at ${config.publicUrl ?? `http://${host}:${port}`}\n`);
}

/** Failures that the person who starts the product can mend: a sentence helps, a stack does not. */
function explain(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "The port is taken by another program. Choose another: PORT=8081 npm start";
  if (error.code === "ENOSPC") return "There is no room left on the disk of DATA_DIR. Make some, and start again.";
  const explained = ["ConfigError", "DatabaseInUseError", "DatabaseUnreachableError"].includes(error.name);
  return explained ? error.message : (error.stack ?? String(error));
}

main().catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
