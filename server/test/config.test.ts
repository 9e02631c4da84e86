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
    models: { answers: null, embeddings: null },
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
