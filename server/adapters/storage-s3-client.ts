// Calls to an S3-compatible service: bounded in time, and every failure told as the domain knows it.
import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { StorageUnavailableError } from "../ports.ts";

export interface S3Location {
  bucket: string;
  /** Before every key: empty, or ends in "/". */
  prefix: string;
  /** null: Amazon's own. */
  endpoint: string | null;
  /** null: as the service's own settings and profiles say. */
  region: string | null;
  /** null: where the AWS SDK looks for them (roles, profiles, the instance's own). */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
}

type S3Sdk = typeof import("@aws-sdk/client-s3");

/** For a whole call, all its tries included; the body of an answer has its own time. */
const callMs = 20_000;
const timeouts = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
/** Between two pieces of a body; somebody may be reading slowly behind it. */
const silenceMs = 120_000;

export interface S3 {
  sdk: S3Sdk;
  /** Throws `ENOENT` for what is missing, `StorageUnavailableError` for everything else. */
  call<T>(send: (client: S3Client, abortSignal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
  close(): void;
}

interface CallOptions {
  signal?: AbortSignal;
  withinMs?: number;
}

/** Loads the library, which nobody else has to pay for. */
export async function openS3(location: S3Location): Promise<S3> {
  const sdk = await import("@aws-sdk/client-s3");
  const client = createClient(sdk, location);
  return {
    sdk,
    async call(send, { signal, withinMs = callMs } = {}) {
      const deadline = new AbortController();
      const stop = () => deadline.abort();
      const timer = setTimeout(stop, withinMs);
      signal?.addEventListener("abort", stop, { once: true });
      try {
        signal?.throwIfAborted();
        return await send(client, deadline.signal);
      } catch (error) {
        throw explain(error as Error, location);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
      }
    },
    close: () => client.destroy(),
  };
}

function createClient({ S3Client }: S3Sdk, { endpoint, region, credentials }: S3Location): S3Client {
  const client = new S3Client({
    // Others than Amazon seldom answer to bucket names as host names, and take any region.
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(region || endpoint ? { region: region ?? "us-east-1" } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    // The checksums that the library adds of late are unknown to many services.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // Every part would otherwise go over a connection of its own.
    expectContinueHeader: false,
    // A reader may hold its connection for long; uploads must not wait for one.
    requestHandler: { ...timeouts, socketTimeout: silenceMs, httpAgent: sockets, httpsAgent: sockets },
  });
  client.middlewareStack.add(
    (next, { commandName }) =>
      (call) => {
        if (commandName === "DeleteObjectsCommand") hashTheOldWay(call.request as SignedRequest);
        return next(call);
      },
    { name: "hashTheOldWay", step: "build", priority: "low" },
  );
  return client;
}

const sockets = { keepAlive: true, maxSockets: 256 };

interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/** The one call that must carry a checksum: every service knows MD5, few know what has come to stand in its place. */
function hashTheOldWay({ headers, body }: SignedRequest): void {
  for (const name of Object.keys(headers)) {
    if (/^x-amz-(?:sdk-)?checksum-/i.test(name)) delete headers[name];
  }
  headers["content-md5"] = createHash("md5").update(body).digest("base64");
}

const refusals = new Set([
  "AccessDenied",
  "CredentialsProviderError",
  "ExpiredToken",
  "InvalidAccessKeyId",
  "InvalidToken",
  "SignatureDoesNotMatch",
]);

function explain(error: Error & { $metadata?: { httpStatusCode?: number } }, location: S3Location): Error {
  const { bucket, endpoint } = location;
  const status = error.$metadata?.httpStatusCode;
  // The library's own errors hold the request with its signature, which must reach no log.
  const cause = Object.assign(new Error(error.message), { name: error.name, status });
  if (error.name === "NoSuchKey" || error.name === "NotFound") {
    return Object.assign(new Error("there is no such file", { cause }), { code: "ENOENT" });
  }
  const at = endpoint ?? "Amazon S3";
  const says = (sentence: string) => new StorageUnavailableError(sentence, { cause });
  if (error.name === "NoSuchBucket")
    return says(`there is no bucket "${bucket}" at ${at}; make it, or mend STORAGE_URL`);
  if (refusals.has(error.name) || status === 401 || status === 403) {
    return says(`${at} refuses the bucket "${bucket}" to this key (${error.name}); look at the AWS_* settings`);
  }
  if (status === 301 || error.name === "AuthorizationHeaderMalformed") {
    return says(`the bucket "${bucket}" is in another region (${error.message}); set AWS_REGION`);
  }
  return says(`${at} does not answer as it should: ${error.message || error.name}`);
}
