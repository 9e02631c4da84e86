// The composition root: turns settings into everything the domain and the roles need, and undoes it in reverse.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemoryBroker } from "./adapters/broker-memory.ts";
import { createRedisBroker } from "./adapters/broker-redis.ts";
import { createTaskQueue } from "./adapters/celery.ts";
import { migrate, openDatabase } from "./adapters/database.ts";
import { createMemoryEventLog } from "./adapters/event-log-memory.ts";
import { createExtractive } from "./adapters/extractive.ts";
import { createGemini } from "./adapters/gemini.ts";
import { createLogger } from "./adapters/log.ts";
import { createPasswordHasher } from "./adapters/passwords.ts";
import { createPdfReader } from "./adapters/pdf.ts";
import { loadSecrets, type SigningKey } from "./adapters/secrets.ts";
import { createDiskStorage } from "./adapters/storage-disk.ts";
import { createS3Storage } from "./adapters/storage-s3.ts";
import { type Chat, createChat } from "./chat.ts";
import type { Config } from "./config.ts";
import type { Database } from "./models/database.ts";
import type { Clock, EventLog, LanguageModel, Logger, PasswordHasher, PdfReader, Storage, TaskQueue } from "./ports.ts";

export interface Services {
  config: Config;
  log: Logger;
  clock: Clock;
  db: Database;
  /** Whether the database can hold vectors. */
  vector: boolean;
  storage: Storage;
  reader: PdfReader;
  queue: TaskQueue;
  events: EventLog;
  model: LanguageModel;
  chat: Chat;
  passwords: PasswordHasher;
  keys: Keys;
  /** Tasks at once. */
  workerConcurrency: number;
  /** Where the built widget and the standalone page stand. */
  widgetDir: string;
  /** Undoes everything, last made first. */
  close(): Promise<void>;
}

export interface Keys {
  /** The first signs access tokens, every one verifies; `id` is the token's `kid`. */
  jwt: SigningKey[];
  /** The first signs addresses of pictures and files, every one verifies. */
  data: SigningKey[];
}

/**
 * Opens everything, migrates the database, and is ready to serve.
 * @param distDir where the built thread and child entries and `widget/` stand: a file URL that ends in "/".
 * @param overrides parts that a test or an embedding program brings itself; they are closed by whoever made them.
 */
export async function createServices(
  config: Config,
  distDir: URL,
  overrides: Partial<Services> = {},
): Promise<Services> {
  const undo: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const closing = <T extends { close(): Promise<void> }>(part: T): T => {
    undo.push(() => part.close());
    return part;
  };

  const log = overrides.log ?? createLogger(config.logLevel);
  const workerConcurrency = config.workerConcurrency ?? Math.max(2, availableParallelism());
  try {
    const [database, jwt, data] = await Promise.all([
      openDatabase({
        databaseUrl: config.databaseUrl,
        dataDir: config.dataDir,
        threadEntry: new URL("pglite-thread.js", distDir),
        log,
      }).then(closing),
      loadSecrets(config.jwtSecrets, { dataDir: config.dataDir, name: "jwt" }),
      loadSecrets(config.dataKeys, { dataDir: config.dataDir, name: "data" }),
    ]);
    await migrate(database.db);
    const broker = config.redisUrl
      ? createRedisBroker({ url: config.redisUrl, concurrency: workerConcurrency, log })
      : createMemoryBroker({ concurrency: workerConcurrency, log });
    const storage = overrides.storage ?? (await openStorage(config, closing));
    // Said at the start, by the log; it may also mend itself, so it keeps nobody from starting.
    void storage.probe().catch((error) => log.error({ error }, "files cannot be kept"));
    const clock = overrides.clock ?? { now: () => new Date() };
    const { db } = database;
    const events = overrides.events ?? createMemoryEventLog({ clock });
    const model = overrides.model ?? (config.gemini ? createGemini({ ...config.gemini, log }) : createExtractive());
    const chat = closing(createChat({ db, events, model, log, clock }));
    // The embedded database is held by this process alone: whatever is still being written was left by a dead one.
    await chat.recover(config.databaseUrl === null ? "all" : "expired");
    return {
      config,
      log,
      clock,
      db,
      vector: database.vector,
      storage,
      reader: closing(
        createPdfReader({
          childEntry: new URL("pdf-child.js", distDir),
          processes: workerConcurrency,
          maxPages: config.maxPages,
          log,
        }),
      ),
      queue: closing(createTaskQueue({ broker, log })),
      events,
      model,
      chat,
      passwords: closing(
        createPasswordHasher({ threadEntry: new URL("password-thread.js", distDir), cost: config.bcryptCost }),
      ),
      keys: { jwt, data },
      workerConcurrency,
      widgetDir: fileURLToPath(new URL("widget/", distDir)),
      ...overrides,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closing = <T extends { close(): Promise<void> }>(part: T) => T;

async function openStorage({ s3, dataDir }: Config, closing: Closing): Promise<Storage> {
  if (!s3) return createDiskStorage({ dir: join(dataDir, "files") });
  return closing(await createS3Storage(s3, { copiesDir: join(dataDir, "copies") }));
}
