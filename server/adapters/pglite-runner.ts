// The owner's side of the thread that PostgreSQL runs in: calls it in turn, and knows when it is lost.
import { Worker } from "node:worker_threads";
import type { Logger } from "../ports.ts";
import type { PgliteReply, PgliteRequest, PgliteThreadData } from "./pglite-thread.ts";

export interface PgliteRunner {
  /** Runs complete protocol messages; answers arrive through `onData` before it resolves. Takes `bytes` over. */
  execute(bytes: Uint8Array<ArrayBuffer>, onData: (bytes: Uint8Array) => void): Promise<void>;
  isLost(): boolean;
  /** Settles with the reason when the thread is lost. */
  readonly lost: Promise<Error>;
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

const closeLimitMs = 10_000;

/** Resolves when the database in `dataDir` is open; it is made where there is none. */
export async function startPgliteRunner(options: PgliteOptions): Promise<PgliteRunner> {
  const { dataDir, threadEntry, log, callLimitMs = 600_000 } = options;
  const data: PgliteThreadData = { dataDir };
  // Without our environment: it holds secrets that a database has no use for.
  const worker = new Worker(threadEntry, { workerData: data, env: {}, execArgv: [] });
  const opened = deferred<void>();
  const closed = deferred<void>();
  const lost = deferred<Error>();
  let fault: Error | undefined;
  let isClosing = false;

  const lose = (error: Error) => {
    if (fault) return;
    fault = error;
    if (!isClosing) log.error({ err: error }, "the embedded database's thread was lost");
    opened.reject(error);
    closed.resolve();
    lost.resolve(error);
    calls.fail(error);
    void worker.terminate();
  };
  const calls = createCalls(callLimitMs, lose);

  worker.on("error", (error) => lose(new Error(`the embedded database failed: ${error.message}`, { cause: error })));
  worker.on("exit", () =>
    lose(new Error(isClosing ? "the embedded database is closed" : "the embedded database ended")),
  );
  worker.on("message", (reply: PgliteReply) => {
    if (reply.type === "ready") opened.resolve();
    else if (reply.type === "closed") closed.resolve();
    else if (reply.type === "data") calls.data(reply.bytes);
    else calls.done();
  });
  const post = (request: PgliteRequest, transfer: ArrayBuffer[] = []) => worker.postMessage(request, transfer);

  await opened.promise;
  return {
    execute: (bytes, onData) => {
      if (fault) return Promise.reject(fault);
      post({ type: "execute", bytes }, [bytes.buffer]);
      return calls.add(onData);
    },
    isLost: () => fault !== undefined,
    lost: lost.promise,
    close: async () => {
      isClosing = true;
      if (!fault) post({ type: "close" });
      const limit = setTimeout(closed.resolve, closeLimitMs);
      await closed.promise;
      clearTimeout(limit);
      await worker.terminate();
    },
  };
}

interface Call {
  onData: (bytes: Uint8Array) => void;
  end: Deferred<void>;
  limit: NodeJS.Timeout;
}

/** The calls that the thread has not answered yet; it answers them in order. */
function createCalls(limitMs: number, onLate: (error: Error) => void) {
  const open: Call[] = [];
  return {
    add(onData: Call["onData"]): Promise<void> {
      const late = () => onLate(new Error(`the embedded database did not answer within ${limitMs} ms`));
      const call: Call = { onData, end: deferred(), limit: setTimeout(late, limitMs).unref() };
      open.push(call);
      return call.end.promise;
    },
    data: (bytes: Uint8Array) => open[0]?.onData(bytes),
    done(): void {
      const call = open.shift();
      clearTimeout(call?.limit);
      call?.end.resolve();
    },
    fail(error: Error): void {
      for (const call of open.splice(0)) {
        clearTimeout(call.limit);
        call.end.reject(error);
      }
    },
  };
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
