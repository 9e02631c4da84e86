// Settings: an empty environment is the embedded mode, and every fault is named at once.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError, loadConfig } from "../config.ts";

test("an empty environment is the embedded mode", () => {
  const config = loadConfig({});
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 8080,
    databaseUrl: null,
    redisUrl: null,
    models: { answers: null, embeddings: null, access: { gemini: null, openai: null } },
    maxPages: 5000,
    corsOrigins: [],
  });
  expect(config.maxUploadBytes).toBe(50 * 1024 * 1024);
});

test("every fault is named in one error", () => {
  const env = {
    PORT: "http",
    DATABASE_URL: "mysql://x",
    JWT_SECRET: "short",
    CORS_ORIGINS: "https://example.com/path",
    MAX_UPLOAD_MB: "-1",
  };
  expect(() => loadConfig(env)).toThrow(ConfigError);
  const message = catchMessage(() => loadConfig(env));
  for (const name of Object.keys(env)) expect(message).toContain(name);
  expect(message).not.toContain("short");
});

test("production refuses to start without its parts", () => {
  const message = catchMessage(() => loadConfig({ NODE_ENV: "production" }));
  for (const name of ["DATABASE_URL", "REDIS_URL", "JWT_SECRET", "DATA_KEY", "STORAGE_URL"])
    expect(message).toContain(name);
});

test("a role of its own needs what it meets the others in", () => {
  for (const role of ["api", "worker"]) {
    const message = catchMessage(() => loadConfig({ PORT: "http" }, [role]));
    for (const name of ["DATABASE_URL", "REDIS_URL", "PORT"]) expect(message).toContain(name);
    expect(message).toContain(role);
    const env = { DATABASE_URL: "postgres://127.0.0.1/x", REDIS_URL: "redis://127.0.0.1" };
    expect(loadConfig(env, [role]).role).toBe(role);
  }
  expect(loadConfig({}, []).role).toBe("both");
});

test("a role that does not exist is named, beside the other faults", () => {
  const message = catchMessage(() => loadConfig({ PORT: "http" }, ["wrker"]));
  for (const word of ["wrker", "api", "worker", "PORT"]) expect(message).toContain(word);
  expect(catchMessage(() => loadConfig({}, ["api", "worker"]))).toContain("api worker");
  expect(catchMessage(() => loadConfig({}, ["both"]))).toContain("both");
});

test("files go to S3 where STORAGE_URL says so, and the AWS settings mean nothing elsewhere", () => {
  const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  const env = { STORAGE_URL: "s3://my.bucket/some/where/", ...keys, AWS_ENDPOINT_URL: "http://127.0.0.1:9000" };
  expect(loadConfig(env).s3).toEqual({
    bucket: "my.bucket",
    prefix: "some/where/",
    endpoint: "http://127.0.0.1:9000",
    region: null,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  });
  expect(loadConfig({ STORAGE_URL: "s3://bucket" }).s3).toEqual({
    bucket: "bucket",
    prefix: "",
    endpoint: null,
    region: null,
    credentials: null,
  });
  expect(loadConfig({ AWS_ACCESS_KEY_ID: "half", AWS_ENDPOINT_URL: "nonsense" }).s3).toBeNull();
  const wrong = { STORAGE_URL: "s3://Bucket_/?x=1", AWS_ENDPOINT_URL: "nonsense", AWS_SECRET_ACCESS_KEY: "half" };
  const message = catchMessage(() => loadConfig(wrong));
  for (const name of Object.keys(wrong)) expect(message).toContain(name);
  expect(message).not.toContain("half");
});

test("who answers and who embeds are two choices", () => {
  const geminiKey = { GEMINI_API_KEY: "gemini-key" };
  const local = { OPENAI_BASE_URL: "http://127.0.0.1:11434/v1" };
  const read = (env: Record<string, string>) => loadConfig(env).models;

  expect(read(geminiKey)).toEqual({
    answers: { provider: "gemini", model: "gemini-flash-latest" },
    embeddings: null,
    access: { gemini: { apiKey: "gemini-key", baseUrl: null }, openai: null },
  });
  expect(read({ ...geminiKey, GEMINI_EMBEDDING_MODEL: "e" })).toMatchObject({
    answers: { provider: "gemini", model: "gemini-flash-latest" },
    embeddings: { provider: "gemini", model: "e" },
  });
  expect(read({ ...geminiKey, GEMINI_MODEL: "none", GEMINI_EMBEDDING_MODEL: "e" })).toMatchObject({
    answers: null,
    embeddings: { provider: "gemini", model: "e" },
  });
  expect(read({ ...geminiKey, GEMINI_EMBEDDING_MODEL: "e", ...local, OPENAI_MODEL: "m" })).toMatchObject({
    answers: { provider: "openai", model: "m" },
    embeddings: { provider: "gemini", model: "e" },
    access: { openai: { apiKey: null, baseUrl: "http://127.0.0.1:11434/v1" } },
  });
  expect(read({ ...geminiKey, ...local, OPENAI_EMBEDDING_MODEL: "e" })).toMatchObject({
    answers: { provider: "gemini" },
    embeddings: { provider: "openai", model: "e" },
  });
  expect(read({ OPENAI_API_KEY: "openai-key", OPENAI_MODEL: "m" })).toMatchObject({
    answers: { provider: "openai", model: "m" },
    access: { openai: { apiKey: "openai-key", baseUrl: "https://api.openai.com/v1" } },
  });
  // It may stand in the environment for something else.
  expect(read({ OPENAI_API_KEY: "openai-key" })).toMatchObject({ answers: null, embeddings: null });
});

test.each([
  [{ GEMINI_MODEL: "m" }, ["GEMINI_MODEL", "GEMINI_API_KEY"]],
  [{ GEMINI_EMBEDDING_MODEL: "e" }, ["GEMINI_EMBEDDING_MODEL", "GEMINI_API_KEY"]],
  [{ OPENAI_MODEL: "m" }, ["OPENAI_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"]],
  [{ OPENAI_EMBEDDING_MODEL: "e" }, ["OPENAI_EMBEDDING_MODEL", "OPENAI_BASE_URL"]],
  [{ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }, ["OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_EMBEDDING_MODEL"]],
  [
    { GEMINI_API_KEY: "k", GEMINI_MODEL: "m", OPENAI_API_KEY: "k", OPENAI_MODEL: "m" },
    ["GEMINI_MODEL and OPENAI_MODEL"],
  ],
  [{ GEMINI_API_KEY: "k", OPENAI_API_KEY: "k", OPENAI_MODEL: "m" }, ["GEMINI_API_KEY and OPENAI_MODEL"]],
  [
    { GEMINI_API_KEY: "k", GEMINI_EMBEDDING_MODEL: "e", OPENAI_API_KEY: "k", OPENAI_EMBEDDING_MODEL: "e" },
    ["GEMINI_EMBEDDING_MODEL and OPENAI_EMBEDDING_MODEL"],
  ],
  [{ OPENAI_BASE_URL: "http://me:hidden@127.0.0.1/v1", OPENAI_MODEL: "m" }, ["OPENAI_BASE_URL", "without a user"]],
  [{ GEMINI_BASE_URL: "http://127.0.0.1/?key=hidden", GEMINI_API_KEY: "k" }, ["GEMINI_BASE_URL", "a query"]],
])("a faulty choice of models is named: %j", (env, words) => {
  const message = catchMessage(() => loadConfig(env as Record<string, string>));
  for (const word of words) expect(message).toContain(word);
  expect(message).not.toContain("hidden");
});

test("a setting can come from a file, but not from two places", async () => {
  const dir = await mkdtemp(join(tmpdir(), "pagewise-config-"));
  const file = join(dir, "key");
  await writeFile(file, `${"k".repeat(40)}\n`);
  expect(loadConfig({ JWT_SECRET_FILE: file }).jwtSecrets).toEqual(["k".repeat(40)]);
  expect(() => loadConfig({ JWT_SECRET_FILE: file, JWT_SECRET: "j".repeat(40) })).toThrow("keep one");
  expect(() => loadConfig({ GEMINI_API_KEY_FILE: join(dir, "missing") })).toThrow("GEMINI_API_KEY_FILE");
  await rm(dir, { recursive: true });
});

test("a faulty secret is never repeated in the message", () => {
  expect(catchMessage(() => loadConfig({ DATA_KEY: "my-little-secret" }))).not.toContain("my-little-secret");
});

function catchMessage(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("did not throw");
}
