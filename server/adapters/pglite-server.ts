// PostgreSQL inside this process: runs PGlite in a thread and gives out its one session, again after a lost thread.
import { Worker } from "node:worker_threads";
import type { Logger } from "../ports.ts";
import type { PgliteReply, PgliteRequest, PgliteThreadData } from "./pglite-thread.ts";

/** The one session, until it is released. */
export interface PgliteSession {
  /** Runs complete protocol messages; answers arrive through `onData` before it resolves. */
  execute(bytes: Uint8Array<ArrayBuffer>, onData: (bytes: Uint8Array) => void): Promise<void>;
  /** Rolls back, forgets the connection's settings and lets the next one in. */
  release(): Promise<void>;
  /** Settles with the reason when the thread is lost. */
  readonly lost: Promise<Error>;
}

export interface PgliteServer {
  /** Waits until nobody else holds the session. */
  connect(): Promise<PgliteSession>;
  close(): Promise<void>;
}

export interface PgliteOptions {
  dataDir: string;
  /** The built `pglite-thread`. */
  threadEntry: URL;
  log: Logger;
  /** A call that takes longer has hung: PGlite knows neither time-outs nor cancelling, so its thread is ended. */
  callLimitMs?: number;
}

/** Starts PostgreSQL in `dataDir`, which it makes where there is none. The caller holds the lock on it. */
export async function startPglite(options: PgliteOptions): Promise<PgliteServer> {
  let thread = await startThread(options);
  let free: Promise<void> = Promise.resolve();
  let closed = false;

  const connect = async (): Promise<PgliteSession> => {
    const before = free;
    let letNextIn = () => {};
    free = new Promise((resolve) => {
      letNextIn = resolve;
    });
    await before;
    try {
      if (closed) throw new Error("the embedded database is closed");
      if (thread.isLost()) {
        options.log.warn({}, "starting the embedded database again");
        thread = await startThread(options);
      }
      return openSession(thread, letNextIn);
    } catch (error) {
      letNextIn();
      throw error;
    }
  };

  const close = async () => {
    closed = true;
    await free;
    await thread.close();
  };

  return { connect, close };
}

function openSession(thread: PgliteThread, letNextIn: () => void): PgliteSession {
  let released: Promise<void> | undefined;
  const clean = async () => {
    try {
      // Sync first: an unfinished batch of the last connection may still be skipped up to it.
      for (const message of [frame("S", ""), frame("Q", "rollback"), frame("Q", "discard all")]) {
        if (!thread.isLost()) await thread.execute(message, () => {});
      }
    } catch {
      // The thread is lost, and the session with it.
    } finally {
      letNextIn();
    }
  };
  return {
    execute: thread.execute,
    lost: thread.lost,
    release: () => {
      released ??= clean();
      return released;
    },
  };
}

interface PgliteThread {
  execute: PgliteSession["execute"];
  isLost(): boolean;
  lost: Promise<Error>;
  close(): Promise<void>;
}

interface Call {
  id: number;
  onData: (bytes: Uint8Array) => void;
  resolve(): void;
  reject(error: Error): void;
  limit: NodeJS.Timeout;
}

async function startThread({ dataDir, threadEntry, log, callLimitMs = 600_000 }: PgliteOptions): Promise<PgliteThread> {
  const data: PgliteThreadData = { dataDir };
  const worker = new Worker(threadEntry, { workerData: data, env: {}, execArgv: [] });
  const calls: Call[] = [];
  let calledSoFar = 0;
  let fault: Error | undefined;
  let closing = false;
  const opened = deferred<void>();
  const closed = deferred<void>();
  const lost = deferred<Error>();

  const lose = (error: Error) => {
    if (fault) return;
    fault = error;
    if (!closing) log.error({ err: error }, "the embedded database's thread was lost");
    opened.reject(error);
    closed.resolve();
    lost.resolve(error);
    for (const call of calls.splice(0)) {
      clearTimeout(call.limit);
      call.reject(error);
    }
    void worker.terminate();
  };

  worker.on("error", (error) => lose(new Error(`the embedded database failed: ${error.message}`, { cause: error })));
  worker.on("exit", () => lose(new Error(closing ? "the embedded database is closed" : "the embedded database ended")));
  worker.on("message", (reply: PgliteReply) => {
    if (reply.type === "ready") opened.resolve();
    else if (reply.type === "closed") closed.resolve();
    else if (reply.type === "data") calls[0]?.onData(reply.bytes);
    else {
      const call = calls.shift();
      clearTimeout(call?.limit);
      call?.resolve();
    }
  });

  const execute: PgliteThread["execute"] = (bytes, onData) =>
    new Promise((resolve, reject) => {
      if (fault) return reject(fault);
      const limit = setTimeout(
        () => lose(new Error(`the embedded database did not answer within ${callLimitMs} ms`)),
        callLimitMs,
      ).unref();
      calledSoFar += 1;
      calls.push({ id: calledSoFar, onData, resolve, reject, limit });
      const request: PgliteRequest = { type: "execute", id: calledSoFar, bytes };
      worker.postMessage(request, [bytes.buffer]);
    });

  const close = async () => {
    if (!fault) {
      closing = true;
      worker.postMessage({ type: "close" } satisfies PgliteRequest);
      await closed.promise;
    }
    await worker.terminate();
  };

  await opened.promise;
  return { execute, isLost: () => fault !== undefined, lost: lost.promise, close };
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>["resolve"] = () => {};
  let reject: Deferred<T>["reject"] = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function frame(type: string, text: string): Uint8Array<ArrayBuffer> {
  const body = text ? Buffer.from(`${text}\0`) : Buffer.alloc(0);
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, 4 + body.length);
  bytes.set(body, 5);
  return bytes;
}
