// An S3 service of a test's own: OpenStack Swift and its S3 gateway, where Debian's python3-swift is installed.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { freePort } from "./free-port.ts";

// Debian's own Python, whatever else stands on the path.
const python = "/usr/bin/python3";
export const hasS3 = spawnSync(python, ["-c", "import swift.common"]).status === 0;

const credentials = { accessKeyId: "test:tester", secretAccessKey: "testing" };

export interface S3Server {
  location: { bucket: string; prefix: string; endpoint: string; region: string; credentials: typeof credentials };
  /** The settings that lead the product to it. */
  env: Record<string, string>;
  /** Also after `stop`, on the same port with everything that it held. */
  start(): Promise<void>;
  /** At once, as a crash would. */
  stop(): Promise<void>;
  keys(): Promise<string[]>;
  /** Keys of uploads that were begun and neither completed nor aborted. */
  unfinished(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts an empty one with one bucket on a free port. */
export async function startS3(attempts = 3): Promise<S3Server> {
  const dir = mkdtempSync(join(tmpdir(), "pagewise-s3-"));
  const port = await freePort();
  const location = { bucket: "pagewise", prefix: "tests/", endpoint: `http://127.0.0.1:${port}`, region: "us-east-1" };
  // A request into a server that is still starting may find no answer at all.
  const requestHandler = { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true };
  const config: S3ClientConfig = { ...location, forcePathStyle: true, credentials, requestHandler };
  const client = new S3Client(config);
  const Bucket = location.bucket;
  let server: ChildProcess | undefined;

  /** The gateway answers before what stands behind it does: only whole round trips tell. */
  async function answers(): Promise<boolean> {
    const probe = { Bucket, Key: "probe" };
    try {
      await client.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
        if (error.name !== "BucketAlreadyOwnedByYou") throw error;
      });
      await client.send(new PutObjectCommand({ ...probe, Body: "x" }));
      await client.send(new DeleteObjectCommand(probe));
      return true;
    } catch {
      return false;
    }
  }

  async function start(): Promise<void> {
    server = spawn(python, [fileURLToPath(new URL("swift-server.py", import.meta.url)), dir, String(port)], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    while (!(await answers())) {
      if (server.exitCode !== null) throw new Error(`${python} ended with ${server.exitCode} in place of serving S3`);
      await sleep(50);
    }
  }
  async function stop(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }

  try {
    await start();
  } catch (error) {
    client.destroy();
    rmSync(dir, { recursive: true, force: true });
    // One of its ports may have been taken meanwhile.
    if (attempts > 1) return startS3(attempts - 1);
    throw error;
  }
  return {
    location: { ...location, credentials },
    env: {
      STORAGE_URL: `s3://${Bucket}/${location.prefix}`,
      AWS_ENDPOINT_URL: location.endpoint,
      AWS_REGION: location.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    start,
    stop,
    async keys() {
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
      return (Contents ?? []).map(({ Key }) => Key ?? "");
    },
    async unfinished() {
      const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      return (Uploads ?? []).map(({ Key }) => Key ?? "");
    },
    async close() {
      client.destroy();
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
