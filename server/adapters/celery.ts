// The task queue: celery-node's client and worker, with our brokers under them.
import { createClient, createWorker } from "celery-node";
import type { Message } from "celery-node/dist/kombu/message.js";
import type { Logger, TaskQueue } from "../ports.ts";
import { CeleryError, readTask, type Task, type TaskBroker } from "./celery-message.ts";

type Client = ReturnType<typeof createClient>;
type Worker = ReturnType<typeof createWorker>;

export interface TaskQueueOptions {
  broker: TaskBroker;
  log: Logger;
  /** How long `close` waits for running handlers. */
  closeGraceMs?: number;
}

const queueName = "pagewise";
const pollMs = 20;

/** Sends and takes `process_pdf` and `ping`. The broker bounds how many handlers run at once. */
export function createTaskQueue({ broker, log, closeGraceMs = 30_000 }: TaskQueueOptions): TaskQueue {
  const client = withBroker(createClient("", "", queueName), broker);
  const onTheirWay = sendQuietly(client, log);
  const processPdf = client.createTask("process_pdf");
  const ping = client.createTask("ping");

  return {
    processPdf: (documentId) => void processPdf.delay(documentId),
    ping: async (timeoutMs) => {
      try {
        await ping.delay().get(timeoutMs, pollMs);
      } catch (error) {
        throw new Error(`no worker answered a ping within ${timeoutMs} ms`, { cause: error });
      }
    },
    work: async (handlers) => {
      const worker = withBroker(createWorker("", "", queueName), broker);
      worker.register("process_pdf", (...given: unknown[]) => handlers.process_pdf(documentIdOf(given)));
      worker.register("ping", () => "pong");
      await worker.isReady();
      await worker.broker.subscribe(queueName, taskHandler(worker, log));
    },
    state: () => broker.state(queueName),
    close: async () => {
      await Promise.all(onTheirWay);
      await withinGrace(broker.disconnect(), closeGraceMs, () =>
        log.warn({ graceMs: closeGraceMs }, "closing the queue while a task still runs"),
      );
      await broker.results.disconnect();
    },
  };
}

/** Characters: ours have 36. */
const maxIdLength = 64;

/** @param given the task's arguments in their order, and last those that were given by name. */
function documentIdOf(given: unknown[]): string {
  const named = given.at(-1) as { document_id?: unknown } | undefined;
  const documentId = given.length > 1 ? given[0] : named?.document_id;
  // Looked at before anything else: whoever can write to the queue can write anything of any length.
  if (typeof documentId !== "string" || documentId.length > maxIdLength)
    throw new Error("process_pdf takes a document's id");
  return documentId;
}

/** celery-node makes its own Redis connections, which crash the process or stop in silence, unless these are set. */
function withBroker<T extends Client | Worker>(app: T, broker: TaskBroker): T {
  return Object.assign(app, { _broker: broker, _backend: broker.results });
}

/**
 * `delay` gives no promise, and a failed send would be an unhandled rejection: it is logged instead, for the row that
 * the message points to is sent again by the sweeper.
 * @returns the sends that are still on their way.
 */
function sendQuietly(client: Client, log: Logger): Set<Promise<void>> {
  const onTheirWay = new Set<Promise<void>>();
  client.sendTaskMessage = (name, { body, headers, properties }) => {
    const send: Promise<void> = client.broker
      .publish(body, "", queueName, headers, properties)
      .then(
        () => {},
        (error: Error) => log.warn({ task: name, reason: error.message }, "a task message could not be sent"),
      )
      .finally(() => onTheirWay.delete(send));
    onTheirWay.add(send);
  };
  return onTheirWay;
}

/**
 * In place of celery-node's own, which writes every task's arguments to the console and never waits for results to be
 * stored. Rejects for a message that no handler of ours understands; a failing handler only has its failure stored.
 */
function taskHandler(worker: Worker, log: Logger): (message: Message) => Promise<void> {
  const handlers = worker.handlers as Record<string, ((...args: unknown[]) => Promise<unknown>) | undefined>;
  return async (message) => {
    const task = readTask(message);
    const handler = Object.hasOwn(handlers, task.name) ? handlers[task.name] : undefined;
    if (!handler) {
      // Whoever sent it and waits is told, as Celery does.
      await worker.backend.storeResult(task.id, new CeleryError("NotRegistered", task.name), "FAILURE");
      throw new Error(`no such task: ${task.name}`);
    }
    const { result, status } = await outcomeOf(task, handler, log);
    await worker.backend.storeResult(task.id, result, status);
  };
}

async function outcomeOf(task: Task, handler: (...args: unknown[]) => Promise<unknown>, log: Logger) {
  const fields = { task: task.name, id: task.id };
  if (task.expiresAt !== null && task.expiresAt < Date.now()) {
    log.info(fields, "a task came after it had expired");
    return { result: new CeleryError("TaskRevokedError", "expired"), status: "REVOKED" };
  }
  log.debug(fields, "a task begins");
  try {
    return { result: await handler(...task.args, task.kwargs), status: "SUCCESS" };
  } catch (error) {
    log.error({ ...fields, err: error }, "a task failed");
    return { result: error, status: "FAILURE" };
  }
}

async function withinGrace(work: Promise<void>, graceMs: number, onLate: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLate();
      resolve();
    }, graceMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
