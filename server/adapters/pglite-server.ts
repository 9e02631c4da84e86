// PostgreSQL inside this process: gives out its one session to one connection at a time, again after a lost thread.
import { queryMessage, syncMessage } from "./pglite-protocol.ts";
import { type PgliteOptions, type PgliteRunner, startPgliteRunner } from "./pglite-runner.ts";

/** The one session, until it is released. */
export interface PgliteSession extends Pick<PgliteRunner, "execute" | "lost"> {
  /** Rolls back, forgets the connection's settings and lets the next one in. */
  release(): Promise<void>;
}

export interface PgliteServer {
  /** Waits until nobody else holds the session. */
  connect(): Promise<PgliteSession>;
  /** Waits until the session is released. */
  close(): Promise<void>;
}

/** Starts PostgreSQL in `dataDir`. The caller holds the lock on it. */
export async function startPglite(options: PgliteOptions): Promise<PgliteServer> {
  let runner = await startPgliteRunner(options);
  let free: Promise<void> = Promise.resolve();
  let isClosed = false;

  const connect = async (): Promise<PgliteSession> => {
    const before = free;
    let letNextIn = () => {};
    free = new Promise((resolve) => {
      letNextIn = resolve;
    });
    await before;
    try {
      if (isClosed) throw new Error("the embedded database is closed");
      if (runner.isLost()) {
        options.log.warn({}, "starting the embedded database again");
        runner = await startPgliteRunner(options);
      }
      return openSession(runner, letNextIn);
    } catch (error) {
      letNextIn();
      throw error;
    }
  };

  const close = async () => {
    isClosed = true;
    await free;
    await runner.close();
  };

  return { connect, close };
}

function openSession(runner: PgliteRunner, letNextIn: () => void): PgliteSession {
  let released: Promise<void> | undefined;
  const clean = async () => {
    try {
      // Sync first: an unfinished batch of the last connection may still be skipped up to it.
      for (const message of [syncMessage(), queryMessage("rollback"), queryMessage("discard all")]) {
        await runner.execute(message, () => {});
      }
    } catch {
      // The thread is lost, and the session with it.
    } finally {
      letNextIn();
    }
  };
  return {
    execute: runner.execute,
    lost: runner.lost,
    release: () => {
      released ??= clean();
      return released;
    },
  };
}
