// The composition root: turns settings into everything the domain and the roles need, and undoes it in reverse.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemoryBroker } from "./adapters/broker-memory.ts";
import { createRedisBroker } from "./adapters/broker-redis.ts";
import { createTaskQueue } from "./adapters/celery.ts";
import { migrate, openDatabase } from "./adapters/database.ts";
import { occupyDatabase } from "./adapters/database-occupancy.ts";
import { createMemoryEventLog } from "./adapters/event-log-memory.ts";
import { createRedisEventLog } from "./adapters/event-log-redis.ts";
import { createLimits } from "./adapters/limits.ts";
import { createLogger } from "./adapters/log.ts";
import { createPasswordHasher } from "./adapters/passwords.ts";
import { createPdfReader } from "./adapters/pdf.ts";
import { openEmbedder, openEmbedderNamed, openLanguageModel } from "./adapters/providers.ts";
import { loadSecrets, type SigningKey } from "./adapters/secrets.ts";
import { createDiskStorage } from "./adapters/storage-disk.ts";
import { createS3Storage } from "./adapters/storage-s3.ts";
import { type Chat, createChat } from "./chat.ts";
import type { Config } from "./config.ts";
import { resealSecrets } from "./embed-secrets.ts";
import { createModelOutcome, type ModelOutcome } from "./model-outcome.ts";
import type { Embedder, LanguageModel } from "./model-ports.ts";
import type { Database } from "./models/database.ts";
import type { PasswordHasher } from "./password-port.ts";
import type { Clock, EventLog, Limits, Logger, PdfReader, Storage, TaskQueue } from "./ports.ts";
import { createTextCache } from "./text-cache.ts";
import { createVectorSearch } from "./vector-search.ts";

/** What reading documents needs, and answering requests too. */
export interface WorkerServices {
  config: Config;
  log: Logger;
  clock: Clock;
  db: Database;
  /** Whether the database can hold vectors. */
  vector: boolean;
  /** Whether something proves that no other process works on this database. */
  soleProcess: boolean;
  /** Aborts when another process has taken the database: this one must stop. */
  evicted: AbortSignal;
  storage: Storage;
  reader: PdfReader;
  queue: TaskQueue;
  events: EventLog;
  /** null: none is set, or the database cannot hold vectors. */
  embedder: Embedder | null;
  /** The embedder of an earlier setting by its name, for the time until its vectors are replaced. */
  earlierEmbedder: (name: string) => Embedder | null;
  /** Tasks at once. */
  workerConcurrency: number;
  /** Undoes everything, last made first. */
  close(): Promise<void>;
}

export interface Services extends WorkerServices {
  model: LanguageModel;
  /** What the last answer told of the model. */
  outcome: ModelOutcome;
  chat: Chat;
  passwords: PasswordHasher;
  /** What callers and addresses may have of questions, uploads, streams and guesses. */
  limits: Limits;
  keys: Keys;
  /** Where the built widget and the standalone page stand. */
  widgetDir: string;
}

export interface Keys {
  /** The first signs access tokens, every one verifies; `id` is the token's `kid`. */
  jwt: SigningKey[];
  /** The first signs addresses of pictures and files, every one verifies. */
  data: SigningKey[];
}

/** The first connection to a language model, which may have to be woken. */
const probeMs = 15_000;

/** What is to be undone, last made first. */
function createUndo() {
  const steps: (() => Promise<void>)[] = [];
  return {
    closing<T extends { close(): Promise<void> }>(part: T): T {
      steps.push(() => part.close());
      return part;
    },
    async close() {
      for (const step of steps.splice(0).reverse()) await step();
    },
  };
}

/**
 * Opens what a worker needs, and migrates the database.
 * @param distDir where the built thread and child entries and `widget/` stand: a file URL that ends in "/".
 * @param overrides parts that a test or an embedding program brings itself; they are closed by whoever made them.
 */
export async function createWorkerServices(
  config: Config,
  distDir: URL,
  overrides: Partial<WorkerServices> = {},
): Promise<WorkerServices> {
  const { closing, close } = createUndo();
  const log = overrides.log ?? createLogger(config.logLevel);
  const clock = overrides.clock ?? { now: () => new Date() };
  const workerConcurrency = config.workerConcurrency ?? Math.max(2, availableParallelism());
  const openEventLog = () => {
    if (!config.redisUrl) return createMemoryEventLog({ clock });
    const events = createRedisEventLog({ url: config.redisUrl, log });
    closing({ close: async () => events.disconnect() });
    return events;
  };
  try {
    const database = await openDatabase({
      databaseUrl: config.databaseUrl,
      dataDir: config.dataDir,
      threadEntry: new URL("pglite-thread.js", distDir),
      log,
    }).then(closing);
    const occupancy = config.databaseUrl
      ? closing(await occupyDatabase({ databaseUrl: config.databaseUrl, alone: config.redisUrl === null, log }))
      : null;
    await migrate(database.db);
    const broker = config.redisUrl
      ? createRedisBroker({ url: config.redisUrl, concurrency: workerConcurrency, log })
      : createMemoryBroker({ concurrency: workerConcurrency, log });
    const events = overrides.events ?? openEventLog();
    const storage = overrides.storage ?? (await openStorage(config, closing));
    // Said at the start, by the log; it may also mend itself, so it keeps nobody from starting.
    void storage.probe().catch((error) => log.error({ error }, "files cannot be kept"));
    return {
      config,
      log,
      clock,
      db: database.db,
      vector: database.vector,
      soleProcess: config.databaseUrl === null || config.redisUrl === null,
      evicted: occupancy?.evicted ?? new AbortController().signal,
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
      workerConcurrency,
      earlierEmbedder: (name) => openEmbedderNamed(name, config.models, log),
      ...overrides,
      embedder: database.vector ? (overrides.embedder ?? openEmbedder(config.models, log)) : null,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens everything that answers requests, on top of what a worker needs; the parameters are the same. */
export async function createServices(
  config: Config,
  distDir: URL,
  overrides: Partial<Services> = {},
): Promise<Services> {
  const { closing, close } = createUndo();
  try {
    const [base, jwt, data] = await Promise.all([
      createWorkerServices(config, distDir, overrides).then(closing),
      loadSecrets(config.jwtSecrets, { dataDir: config.dataDir, name: "jwt" }),
      loadSecrets(config.dataKeys, { dataDir: config.dataDir, name: "data" }),
    ]);
    const { log } = base;
    // Once it has started, an earlier data key may go.
    await resealSecrets({ ...base, keys: { jwt, data } });
    const model = overrides.model ?? openLanguageModel(config.models, log);
    // As with the storage: a wrong key or a model that is no more is said at the start, and keeps nobody from starting.
    void model.probe?.(AbortSignal.timeout(probeMs)).catch((error) => {
      log.error({ err: error, model: model.name }, "the language model does not answer");
    });
    const { embedder, earlierEmbedder } = base;
    const vectors = embedder && createVectorSearch({ ...base, embedder, earlierEmbedder });
    const outcome = createModelOutcome();
    const { historyTokens, unreadAnswerMs } = config;
    const texts = createTextCache();
    const chat = closing(createChat({ ...base, model, outcome, vectors, texts, historyTokens, unreadAnswerMs }));
    // Where this process is alone, whatever is still being written was left by a dead one.
    await chat.recover(base.soleProcess ? "all" : "expired");
    return {
      ...base,
      model,
      outcome,
      chat,
      passwords: closing(
        createPasswordHasher({ threadEntry: new URL("password-thread.js", distDir), cost: config.bcryptCost }),
      ),
      limits: closing(createLimits({ redisUrl: config.redisUrl, log })),
      keys: { jwt, data },
      widgetDir: fileURLToPath(new URL("widget/", distDir)),
      ...overrides,
      embedder: base.embedder,
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
