// The composition root: turns settings into everything the domain and the roles need, and undoes it in reverse.
import type { KeyObject } from "node:crypto";
import type { Config } from "./config.ts";
import type { Database } from "./models/database.ts";
import type { Clock, EventLog, LanguageModel, Logger, PasswordHasher, PdfReader, Storage, TaskQueue } from "./ports.ts";

export interface Services {
  config: Config;
  log: Logger;
  clock: Clock;
  db: Database;
  storage: Storage;
  reader: PdfReader;
  queue: TaskQueue;
  events: EventLog;
  model: LanguageModel;
  passwords: PasswordHasher;
  keys: Keys;
  /** Where the built widget and the standalone page stand. */
  widgetDir: string;
  close(): Promise<void>;
}

export interface Keys {
  /** The first signs access tokens, every one verifies; `id` is the token's `kid`. */
  jwt: { id: string; key: KeyObject }[];
  /** The first signs picture and file addresses, every one verifies. */
  data: { id: string; key: KeyObject }[];
}
