// The settings: the only reader of the environment, and the role that the command line names. Every fault is named at once.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { type LimitSettings, limitSettings, readLimitSettings } from "./limit-settings.ts";
import { type ModelSettings, readModelSettings } from "./model-settings.ts";

const secrets = z
  .string()
  .transform((value) => value.split(",").map((secret) => secret.trim()))
  .refine((list) => list.every((secret) => Buffer.byteLength(secret) >= 32), "each needs at least 32 bytes");

const origins = z
  .string()
  .transform((value) =>
    value
      .split(",")
      .map((origin) => origin.trim())
      .filter(Boolean),
  )
  .refine(
    (list) => list.every(isOrigin),
    "a comma-separated list of origins such as https://example.com, without a path",
  );

const flag = z.enum(["0", "1", "true", "false"]).transform((value) => value === "1" || value === "true");
const count = (fallback: number, min = 0) => z.coerce.number().int().min(min).default(fallback);
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `a URL that begins with ${protocols.join(" or ")}`,
    );
/** Of a model's server: fetch takes no password from an address, and a key in one would stand in logs. */
const endpoint = url("http:", "https:").refine(
  (value) => !URL.canParse(value) || /^[^@?#]*$/.test(value),
  "without a user, a password or a query; the key has a setting of its own",
);

const schema = z.object({
  NODE_ENV: z.string().default("development"),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  DATA_DIR: z.string().default("./data"),
  DATABASE_URL: url("postgres:", "postgresql:").optional(),
  REDIS_URL: url("redis:", "rediss:").optional(),
  STORAGE_URL: url("s3:").optional(),
  AWS_ENDPOINT_URL: z.string().optional(),
  AWS_ENDPOINT_URL_S3: z.string().optional(),
  AWS_REGION: z.string().optional(),
  AWS_DEFAULT_REGION: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  SHARED_DATA_DIR: flag.default(false),
  GEMINI_API_KEY: z.string().min(1).optional(),
  GEMINI_MODEL: z.string().min(1).optional(),
  GEMINI_EMBEDDING_MODEL: z.string().min(1).optional(),
  GEMINI_BASE_URL: endpoint.optional(),
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_MODEL: z.string().min(1).optional(),
  OPENAI_EMBEDDING_MODEL: z.string().min(1).optional(),
  OPENAI_BASE_URL: endpoint.optional(),
  JWT_SECRET: secrets.optional(),
  DATA_KEY: secrets.optional(),
  CORS_ORIGINS: origins.default([]),
  PUBLIC_URL: url("http:", "https:").optional(),
  TRUST_PROXY: flag.default(false),
  MAX_UPLOAD_MB: z.coerce.number().positive().default(50),
  MAX_PAGES: count(5000, 1),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).optional(),
  HISTORY_TOKENS: count(2000),
  UNREAD_ANSWER_SECONDS: count(120),
  ...limitSettings,
  BCRYPT_COST: z.coerce.number().int().min(4).max(15).default(11),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

/** What a process does: answer requests, read documents, or both. */
export type Role = "api" | "worker" | "both";

export interface Config extends LimitSettings {
  role: Role;
  production: boolean;
  host: string;
  port: number;
  dataDir: string;
  /** null: PostgreSQL inside the process, in `dataDir`. */
  databaseUrl: string | null;
  /** null: queue, events and limits inside the process. */
  redisUrl: string | null;
  /** null: files stand in `dataDir`. What is null inside, the AWS SDK looks for in its own places. */
  s3: {
    bucket: string;
    /** Empty, or ends in "/". */
    prefix: string;
    endpoint: string | null;
    region: string | null;
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
  } | null;
  models: ModelSettings;
  /** The first signs; every one verifies. null: made once and kept in `dataDir`. */
  jwtSecrets: string[] | null;
  dataKeys: string[] | null;
  corsOrigins: string[];
  publicUrl: string | null;
  trustProxy: boolean;
  maxUploadBytes: number;
  maxPages: number;
  /** null: the number of cores, at least 2. */
  workerConcurrency: number | null;
  /** Tokens that a language model is given of the turns before a question. */
  historyTokens: number;
  /** An answer that nobody has read for as long is stopped; 0: never. */
  unreadAnswerMs: number;
  bcryptCost: number;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Every fault of the settings, in one message. */
export class ConfigError extends Error {
  constructor(faults: string[]) {
    super(`The settings are not right:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

/**
 * Reads the settings from environment variables, each also from the file that `NAME_FILE` names. Throws `ConfigError`.
 * @param args what stands on the command line after the program: `api`, `worker`, or nothing for both.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, args: string[] = []): Config {
  const faults: string[] = [];
  const role = readRole(args, faults);
  const values = readValues(env, faults);
  faults.push(...missing(values, role));
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(faults);
  }
  const value = parsed.data;
  const production = value.NODE_ENV === "production";
  const s3 = value.STORAGE_URL ? s3Location(value.STORAGE_URL, value, faults) : null;
  const models = readModelSettings(value, faults);
  if (production && !value.STORAGE_URL && !value.SHARED_DATA_DIR) {
    faults.push(
      "STORAGE_URL: needed when NODE_ENV is production, or SHARED_DATA_DIR=1 for one volume that all processes mount",
    );
  }
  if (faults.length) throw new ConfigError(faults);
  return {
    role,
    production,
    host: value.HOST,
    port: value.PORT,
    dataDir: resolve(value.DATA_DIR),
    databaseUrl: value.DATABASE_URL ?? null,
    redisUrl: value.REDIS_URL ?? null,
    s3,
    models,
    jwtSecrets: value.JWT_SECRET ?? null,
    dataKeys: value.DATA_KEY ?? null,
    corsOrigins: value.CORS_ORIGINS,
    publicUrl: value.PUBLIC_URL ?? null,
    trustProxy: value.TRUST_PROXY,
    maxUploadBytes: Math.round(value.MAX_UPLOAD_MB * 1024 * 1024),
    maxPages: value.MAX_PAGES,
    workerConcurrency: value.WORKER_CONCURRENCY ?? null,
    historyTokens: value.HISTORY_TOKENS,
    unreadAnswerMs: value.UNREAD_ANSWER_SECONDS * 1000,
    ...readLimitSettings(value),
    bcryptCost: value.BCRYPT_COST,
    logLevel: value.LOG_LEVEL,
  };
}

/** What this process cannot do without. */
function missing(values: Record<string, string | undefined>, role: Role): string[] {
  const production = values.NODE_ENV === "production";
  const why = production ? "when NODE_ENV is production" : `by the role ${role}, which meets the others there`;
  const parts = production || role !== "both" ? ["DATABASE_URL", "REDIS_URL"] : [];
  const secrets = production ? ["JWT_SECRET", "DATA_KEY"] : [];
  return [...parts, ...secrets].filter((name) => !values[name]).map((name) => `${name}: needed ${why}`);
}

function readRole(args: string[], faults: string[]): Role {
  const [role = "both", ...rest] = args;
  if ((role === "api" || role === "worker" || args.length === 0) && rest.length === 0) return role as Role;
  faults.push(`${args.join(" ")}: no such role; it is api, worker, or nothing for both in one process`);
  return "both";
}

function readValues(env: NodeJS.ProcessEnv, faults: string[]): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (const name of Object.keys(schema.shape)) {
    const file = env[`${name}_FILE`];
    values[name] = env[name] || undefined;
    if (!file) continue;
    if (values[name]) faults.push(`${name}: set both by ${name} and by ${name}_FILE; keep one`);
    try {
      values[name] = readFileSync(file, "utf8").trim() || undefined;
    } catch (error) {
      faults.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  return values;
}

/** The AWS_* settings may stand in the environment for something else: looked at only where they are used. */
function s3Location(storageUrl: string, value: z.infer<typeof schema>, faults: string[]): Config["s3"] {
  const { hostname: bucket, pathname, search, hash, username, port } = new URL(storageUrl);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || search || hash || username || port) {
    faults.push("STORAGE_URL: s3://bucket or s3://bucket/prefix, with the bucket's name as S3 allows it");
  }
  const endpoint = value.AWS_ENDPOINT_URL_S3 ?? value.AWS_ENDPOINT_URL ?? null;
  if (endpoint !== null && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))) {
    faults.push("AWS_ENDPOINT_URL: a URL that begins with http: or https:");
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = value;
  if (!accessKeyId !== !secretAccessKey) {
    faults.push("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: one is set without the other");
  }
  const session = value.AWS_SESSION_TOKEN ? { sessionToken: value.AWS_SESSION_TOKEN } : {};
  const path = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, "");
  return {
    bucket,
    prefix: path && `${path}/`,
    endpoint,
    region: value.AWS_REGION ?? value.AWS_DEFAULT_REGION ?? null,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, ...session } : null,
  };
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;
}
