// Celery's messages as they stand in a queue (protocol 2, JSON), and what a broker of ours can do.
import { randomUUID } from "node:crypto";
import type { CeleryBackend } from "celery-node/dist/backends/index.js";
import type { CeleryBroker } from "celery-node/dist/kombu/brokers/index.js";
import { Message } from "celery-node/dist/kombu/message.js";

export interface TaskBroker extends CeleryBroker {
  /** Resolves once messages are being taken. */
  subscribe: (queue: string, handle: TaskHandler) => Promise<void>;
  /** Stops taking messages and waits for running handlers; what was taken but not finished goes back where it can. */
  disconnect: () => Promise<void>;
  /** What tasks returned, for whoever waits for one. */
  results: CeleryBackend;
}

/** Typed loosely by celery-node: its own handler is a bare `Function`. */
// biome-ignore lint/complexity/noBannedTypes: the interface's own type
export type TaskHandler = Function;

/** What is kept of a task's end, as Celery's own backends write it. */
export interface TaskMeta {
  status: "SUCCESS" | "FAILURE";
  result: unknown;
  traceback: string | null;
  children: [];
  task_id: string;
  date_done: string;
}

interface Envelope {
  body: string;
  "content-type": string;
  "content-encoding": string;
  headers: object;
  properties: { body_encoding?: string };
}

/** @returns the text that is put into the queue. */
export function packMessage(body: object, queue: string, headers: object, properties: object): string {
  const envelope: Envelope = {
    body: Buffer.from(JSON.stringify(body)).toString("base64"),
    "content-type": "application/json",
    "content-encoding": "utf-8",
    headers,
    properties: {
      body_encoding: "base64",
      delivery_info: { exchange: "", routing_key: queue },
      delivery_mode: 2,
      delivery_tag: randomUUID(),
      ...properties,
    } as Envelope["properties"],
  };
  return JSON.stringify(envelope);
}

/** Throws where the text is not a message that can be understood. */
export function unpackMessage(text: string): Message {
  const envelope = JSON.parse(text) as Partial<Envelope>;
  const { body, headers, properties } = envelope;
  if (
    typeof body !== "string" ||
    !headers ||
    properties?.body_encoding !== "base64" ||
    envelope["content-type"] !== "application/json" ||
    envelope["content-encoding"]?.toLowerCase() !== "utf-8"
  ) {
    throw new Error("not a JSON message of Celery's");
  }
  return new Message(Buffer.from(body, "base64"), "application/json", "utf-8", properties, headers);
}

export interface Task {
  name: string;
  id: string;
  args: unknown[];
  kwargs: object;
}

/** Reads a task from a message of protocol 2 or 1. Throws where there is none in it. */
export function readTask(message: Message): Task {
  const headers = message.headers as { task?: unknown; id?: unknown };
  const body = message.decode() as unknown;
  const [name, id, args, kwargs] = Array.isArray(body)
    ? [headers.task, headers.id, body[0], body[1]]
    : (({ task, id, args, kwargs }) => [task, id, args, kwargs])(body as Record<string, unknown>);
  if (typeof name !== "string" || typeof id !== "string" || !Array.isArray(args)) throw new Error("not a task");
  return { name, id, args, kwargs: (kwargs as object | null) ?? {} };
}

export function taskMeta(id: string, result: unknown, status: string): TaskMeta {
  const failed = status !== "SUCCESS";
  const error = result instanceof Error ? result : new Error(String(result));
  return {
    status: failed ? "FAILURE" : "SUCCESS",
    result: failed ? { exc_type: error.name, exc_message: [error.message], exc_module: "builtins" } : (result ?? null),
    traceback: failed ? (error.stack ?? error.message) : null,
    children: [],
    task_id: id,
    date_done: new Date().toISOString(),
  };
}
