// What the domain needs of the outside world: types only, so that anything may import it and it imports nothing.
import type { Readable, Writable } from "node:stream";
import type { Feed } from "./feed.ts";

export interface Clock {
  now(): Date;
}

/** Structured log: fields first, a constant sentence second. Never put tokens, passwords or text of documents in. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// Storage

/** Files can be neither kept nor read just now, through no fault of theirs: the message is for whoever runs the server. */
export class StorageUnavailableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "StorageUnavailableError";
  }
}

/** Files by key. Keys are made by us (`documents/<id>.pdf`), never from a user's file name. */
export interface Storage {
  /** Opens a new file for writing. Nothing is readable at `key` before `commit`; `abort` leaves nothing behind. */
  create(key: string): Promise<StorageUpload>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** @returns null where there is no such file. */
  stat(key: string): Promise<{ bytes: number } | null>;
  /** Inclusive byte range. Rejects with `ENOENT` where there is no such file. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Runs `use` with a path on the local disk that holds the file (a temporary copy where storage is remote). */
  withLocalFile<T>(key: string, use: (path: string) => Promise<T>): Promise<T>;
  /** Quiet where there is nothing. */
  remove(key: string): Promise<void>;
  /** Removes every file below `prefix` (ends in "/"). */
  removeAll(prefix: string): Promise<void>;
  /** Keys below `prefix` with their age, for the sweeper. */
  list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }>;
  /** Removes what dead processes were writing or had copied, when it is older. @returns how much that was. */
  removeUnfinished(olderThan: Date): Promise<number>;
  /** Rejects, saying what is wrong and what mends it, where files cannot be kept. */
  probe(): Promise<void>;
}

export interface StorageUpload {
  writable: Writable;
  /** Call after the writable has finished. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

// Reading PDFs

/** One line of a page's text: `text.slice(start, end)` stands in the box, in fractions of the page as shown, top left origin. */
export interface PageLine {
  start: number;
  end: number;
  box: [number, number, number, number];
  /** Font height as a fraction of the page's height. */
  height: number;
}

export interface PdfPage {
  /** 1-based. */
  number: number;
  /** Well-formed, free of control characters but \t and \n; lines end in \n. */
  text: string;
  lines: PageLine[];
  /** Points, as shown (rotation applied). */
  width: number;
  height: number;
}

export interface PdfInfo {
  pages: number;
  /** From the file's metadata, when it is a usable title. */
  title: string | null;
}

export type PdfFault =
  | "pdf-encrypted"
  | "pdf-damaged"
  | "pdf-empty"
  | "pdf-too-many-pages"
  /** Time, memory or text bound passed. */
  | "pdf-too-complex";

/** What is wrong with a file: permanent, unless a bound had to be enforced. */
export class PdfFaultError extends Error {
  readonly fault: PdfFault;
  /** A bound of time or memory that ended a process from outside: something else may have had a part in it. */
  readonly enforced: boolean;
  constructor(fault: PdfFault, message?: string, { enforced = false }: { enforced?: boolean } = {}) {
    super(message ?? fault);
    this.name = "PdfFaultError";
    this.fault = fault;
    this.enforced = enforced;
  }
}

/** Nothing can be read at the moment, whatever the file: its process does not start, or the reader is closed. */
export class PdfReaderDownError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PdfReaderDownError";
  }
}

/** The process that read was killed by somebody else: an operator, or a machine short of memory. */
export class PdfReaderKilledError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PdfReaderKilledError";
  }
}

/** Reads and draws PDFs outside this process; every call is bounded in time and memory. */
export interface PdfReader {
  /**
   * Yields the pages in order; a page that cannot be read is yielded as `{ number, unreadable: true }`.
   * Leaving the loop early stops the work. Throws `PdfFaultError`; `PdfReaderDownError`, the error of the file
   * system (with its `code`) where the file cannot be had, or an `Error` when the process ended for no known reason.
   * `alone` reads in one process that has read nothing before.
   */
  read(
    path: string,
    options: { signal: AbortSignal; onInfo?: (info: PdfInfo) => void; alone?: boolean },
  ): AsyncIterable<PdfPage | UnreadablePage>;
  /** Draws one page. @returns an encoded picture. Throws `PdfFaultError`. */
  draw(
    path: string,
    page: number,
    options: { width: number; signal: AbortSignal },
  ): Promise<{ bytes: Uint8Array; contentType: "image/webp" | "image/png" }>;
  close(): Promise<void>;
}

export interface UnreadablePage {
  number: number;
  unreadable: true;
}

// Tasks

export type TaskName = "process_pdf" | "ping";

export interface QueueState {
  /** Messages that nobody has taken yet. */
  waiting: number;
  /** Messages that nobody understood: set aside, the newest thousand where they can be looked at. */
  dead: number;
  /** Programs that take messages. */
  workers: number;
}

/** Celery tasks. A send never throws and is never awaited: the row is the truth, the message a wake-up. */
export interface TaskQueue {
  processPdf(documentId: string): void;
  /** Sends `ping` through the queue and waits for a worker to answer it. Rejects after `timeoutMs`. */
  ping(timeoutMs: number): Promise<void>;
  /** Rejects where the queue cannot be asked. */
  state(): Promise<QueueState>;
  /** Takes messages from now on. Handlers never throw to the library. */
  work(handlers: { process_pdf: (documentId: string) => Promise<void> }): Promise<void>;
  /** Stops taking messages, waits for running handlers and for messages on their way out. */
  close(): Promise<void>;
}

// Events

export interface LogEntry {
  /** Rises by one within the key, from 1. */
  id: number;
  event: string;
  data: unknown;
}

/** A log takes nothing more: it was closed, or has lost entries. */
export class LogEndedError extends Error {
  constructor() {
    super("This log has ended.");
    this.name = "LogEndedError";
  }
}

/** Logs of events by key (`message:<id>`, `documents:<user id>`), read by any number of readers at their own pace. */
export interface EventLog {
  /**
   * Throws LogEndedError where the log has ended. @param id what the entry's id has to be: a log that would give it
   * another one has lost entries; it ends instead, for all its readers, and LogEndedError is thrown.
   * @returns the entry's id.
   */
  append(key: string, event: string, data: unknown, id?: number): Promise<number>;
  /** Ends the log: readers finish after the last entry. */
  close(key: string): Promise<void>;
  /** Ends the log, and nothing of what stood in it can be read any more: readers finish where they are. */
  forget(key: string): Promise<void>;
  /** Whether the log is held here (it is dropped some time after its end). */
  has(key: string): Promise<boolean>;
  /** @returns the id of the last entry, 0 where there is none: to read only what comes from now on. */
  last(key: string): Promise<number>;
  /** @returns of each key how many read it now, each process that shares the log counted once at least. */
  readers(keys: string[]): Promise<number[]>;
  /**
   * Yields what stands after the entry `after` (0: from the start),
   * then waits for more until the log is closed or `signal` aborts (which ends the loop without throwing).
   */
  read(key: string, options: { after: number; signal: AbortSignal }): AsyncIterable<LogEntry>;
  /** The same for who takes without waiting, and is woken; it ends when the log is closed. Leave it. */
  follow(key: string, options: { after: number; wake: () => void }): Feed<LogEntry>;
}

// Limits

/** So much in a window, which begins with what is first taken from it. No points: no limit. */
export interface Limit {
  points: number;
  seconds: number;
}

export interface Refusal {
  /** How long until there is something to be had again. */
  retryAfterMs: number;
}

/**
 * What each may have of something, by the limit's name and whoever it counts for; the same in every process that shares a
 * Redis. Nothing here throws: while Redis is away the process counts by itself, and nobody waits for it.
 */
export interface Limits {
  /** Takes `points`; what is refused takes nothing. Also of two at once only one gets the last. @returns null: it was taken */
  take(name: string, key: string, limit: Limit, points?: number): Promise<Refusal | null>;
  /** Whether a `take` of one point would be refused. */
  look(name: string, key: string, limit: Limit): Promise<Refusal | null>;
  /** Undoes a `take`; quiet where its window is over. */
  giveBack(name: string, key: string, limit: Limit, points?: number): Promise<void>;
  /**
   * Takes one of so many places (0: there is no limit) for as long as something lasts; a process that dies leaves its
   * places free soon after. @returns what leaves the place, null where all are taken
   */
  hold(name: string, key: string, places: number): Promise<(() => void) | null>;
  close(): Promise<void>;
}
