// Celery's messages and results as they stand in a queue (protocol 2, JSON), and what a broker of ours can do.
import { randomUUID } from "node:crypto";
import type { CeleryBackend } from "celery-node/dist/backends/index.js";
import type { CeleryBroker } from "celery-node/dist/kombu/brokers/index.js";
import { Message } from "celery-node/dist/kombu/message.js";
import type { QueueState } from "../ports.ts";

export interface TaskBroker extends CeleryBroker {
  /** Resolves once messages are being taken. */
  subscribe: (queue: string, handle: TaskHandler) => Promise<void>;
  /** Stops taking messages and waits for running handlers; what was taken but not finished goes back where it can. */
  disconnect: () => Promise<void>;
  /** Rejects where the queue cannot be asked. */
  state: (queue: string) => Promise<QueueState>;
  /** What tasks returned, for whoever waits for one. */
  results: CeleryBackend;
}

/** Typed loosely by celery-node: its own handler is a bare `Function`. */
// biome-ignore lint/complexity/noBannedTypes: the interface's own type
export type TaskHandler = Function;

type TaskFailure = "FAILURE" | "REVOKED";

/** An end that Celery itself has a class for, so that Python raises that class. */
export class CeleryError extends Error {
  constructor(name: "NotRegistered" | "TaskRevokedError", message: string) {
    super(message);
    this.name = name;
  }
}

/** What is kept of a task's end, as Celery's own backends write it. */
export interface TaskMeta {
  status: "SUCCESS" | TaskFailure;
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
  /** Milliseconds since 1970 after which nobody wants it done; null: no such time. */
  expiresAt: number | null;
}

/** Reads a task from a message of protocol 2 or 1. Throws where there is none in it. */
export function readTask(message: Message): Task {
  const body = message.decode() as unknown;
  // Protocol 1 has everything in the body; protocol 2 tells of the task in the headers.
  const second = Array.isArray(body);
  const told = (second ? message.headers : body) as { task?: unknown; id?: unknown; expires?: unknown };
  const [args, kwargs] = second ? body : [(body as Task).args ?? [], (body as Task).kwargs];
  const { task: name, id, expires } = told;
  if (typeof name !== "string" || typeof id !== "string" || !Array.isArray(args)) throw new Error("not a task");
  const expiresAt = typeof expires === "string" ? Date.parse(expires) : Number.NaN;
  return { name, id, args, kwargs: kwargs ?? {}, expiresAt: Number.isNaN(expiresAt) ? null : expiresAt };
}

/** @param result what the task returned, or what it threw where `status` is not `SUCCESS`. */
export function taskMeta(id: string, result: unknown, status: string): TaskMeta {
  const common = { children: [] as [], task_id: id, date_done: new Date().toISOString() };
  if (status === "SUCCESS") return { ...common, status, result: result ?? null, traceback: null };
  const error = result instanceof Error ? result : new Error(String(result));
  return {
    ...common,
    status: status as TaskFailure,
    result: {
      exc_type: error.name,
      exc_message: [error.message],
      exc_module: error instanceof CeleryError ? "celery.exceptions" : "builtins",
    },
    traceback: error.stack ?? error.message,
  };
}
