// Storage in any S3-compatible service: a file appears whole at its commit, and is streamed both ways.
import { Readable } from "node:stream";
import type { Storage } from "../ports.ts";
import { createLocalCopies } from "./local-copies.ts";
import { openS3, type S3, type S3Location } from "./storage-s3-client.ts";
import { createS3Upload } from "./storage-s3-upload.ts";

/** S3 takes 1000, but some services remove one after another, and a call has its time. */
const removedAtOnce = 100;

export interface S3Storage extends Storage {
  close(): Promise<void>;
}

/** @param options.copiesDir where files stand while something has to read them from the local disk; made when missing. */
export async function createS3Storage(location: S3Location, options: { copiesDir: string }): Promise<S3Storage> {
  const s3 = await openS3(location);
  const { sdk, call } = s3;
  const Bucket = location.bucket;
  const copies = createLocalCopies({ dir: options.copiesDir });
  const active = new Set<string>();
  const at = (key: string) => ({ Bucket, Key: location.prefix + key });

  async function read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const input = { ...at(key), ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}) };
    const { Body } = await call((client, abortSignal) => client.send(new sdk.GetObjectCommand(input), { abortSignal }));
    if (!(Body instanceof Readable)) throw new Error("S3 answered without a body");
    return Body;
  }

  return {
    create: async (key) => createS3Upload(s3, at(key), active),
    async put(key, bytes) {
      const input = { ...at(key), Body: bytes };
      await call((client, abortSignal) => client.send(new sdk.PutObjectCommand(input), { abortSignal }));
    },
    async stat(key) {
      const found = await call((client, abortSignal) =>
        client.send(new sdk.HeadObjectCommand(at(key)), { abortSignal }),
      ).catch(ignoreMissing);
      return found ? { bytes: found.ContentLength ?? 0 } : null;
    },
    read,
    withLocalFile: async (key, use) => copies.with(await read(key), use),
    async remove(key) {
      await call((client, abortSignal) => client.send(new sdk.DeleteObjectCommand(at(key)), { abortSignal })).catch(
        ignoreMissing,
      );
    },
    removeAll: (prefix) => removeAll(s3, Bucket, location.prefix + prefix),
    async *list(prefix) {
      for await (const page of listPages(s3, { Bucket, Prefix: location.prefix + prefix })) {
        for (const { Key, LastModified } of page) {
          if (Key && LastModified) yield { key: Key.slice(location.prefix.length), modifiedAt: LastModified };
        }
      }
    },
    async removeUnfinished(olderThan) {
      const uploads = await abortUploads(s3, { Bucket, Prefix: location.prefix }, olderThan, active);
      return uploads + (await copies.removeOlderThan(olderThan));
    },
    async probe() {
      const input = { Bucket, Prefix: location.prefix, MaxKeys: 1 };
      await call((client, abortSignal) => client.send(new sdk.ListObjectsV2Command(input), { abortSignal }));
    },
    close: async () => s3.close(),
  };
}

async function* listPages({ sdk, call }: S3, within: { Bucket: string; Prefix: string; MaxKeys?: number }) {
  let ContinuationToken: string | undefined;
  do {
    const input = { ...within, ContinuationToken };
    const page = await call((client, abortSignal) => client.send(new sdk.ListObjectsV2Command(input), { abortSignal }));
    yield page.Contents ?? [];
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

async function removeAll(s3: S3, Bucket: string, Prefix: string): Promise<void> {
  const { sdk, call } = s3;
  for await (const page of listPages(s3, { Bucket, Prefix, MaxKeys: removedAtOnce })) {
    if (page.length === 0) continue;
    const Delete = { Objects: page.map(({ Key }) => ({ Key })), Quiet: true };
    await call(async (client, abortSignal) => {
      const answer = await client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete }), { abortSignal });
      const [failed] = answer.Errors ?? [];
      if (failed) throw Object.assign(new Error(failed.Message ?? "not removed"), { name: failed.Code ?? "Error" });
    });
  }
}

/** What a dead process had begun costs room that no listing of objects shows. @returns how many were ended. */
async function abortUploads(
  { sdk, call }: S3,
  within: { Bucket: string; Prefix: string },
  olderThan: Date,
  active: Set<string>,
): Promise<number> {
  let ended = 0;
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
  while (marker) {
    const input: typeof within & typeof marker = { ...within, ...marker };
    const page: import("@aws-sdk/client-s3").ListMultipartUploadsCommandOutput = await call((client, abortSignal) =>
      client.send(new sdk.ListMultipartUploadsCommand(input), { abortSignal }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !UploadId || !Initiated || Initiated >= olderThan || active.has(UploadId)) continue;
      const upload = { Bucket: within.Bucket, Key, UploadId };
      await call((client, abortSignal) =>
        client.send(new sdk.AbortMultipartUploadCommand(upload), { abortSignal }).catch(ignoreEnded),
      );
      ended += 1;
    }
    marker = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
  }
  return ended;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** Somebody else was faster. */
function ignoreEnded(error: Error): void {
  if (error.name !== "NoSuchUpload") throw error;
}
