// One file on its way into S3: small ones in one piece at the commit, larger ones part by part, with two parts in memory at most.
import { Writable } from "node:stream";
import type { StorageUpload } from "../ports.ts";
import type { S3 } from "./storage-s3-client.ts";

/** The least that S3 takes as a part, so that memory stays small; 10,000 of them are 50 GB. */
const partBytes = 5 * 1024 * 1024;
/** Whoever gives up waits for no long clean-up: the sweeper finds what is left. */
const abortMs = 5_000;

interface Target {
  Bucket: string;
  Key: string;
}

/** @param active the upload ids that this process is writing. */
export function createS3Upload(s3: S3, target: Target, active: Set<string>): StorageUpload {
  const { sdk, call } = s3;
  const stopped = new AbortController();
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let gathered: Buffer[] = [];
  let size = 0;
  let uploadId: string | undefined;
  let sending: Promise<void> = Promise.resolve();
  let committing = false;

  function take(): Buffer {
    const body = Buffer.concat(gathered, size);
    gathered = [];
    size = 0;
    return body;
  }

  async function begin(): Promise<string> {
    const begun = await call((client, abortSignal) =>
      client.send(new sdk.CreateMultipartUploadCommand(target), { abortSignal }),
    );
    if (!begun.UploadId) throw new Error("S3 began an upload without an id");
    active.add(begun.UploadId);
    return begun.UploadId;
  }

  /** One part is on its way while the next is gathered. */
  async function sendPart(): Promise<void> {
    await sending;
    uploadId ??= await begin();
    const input = { ...target, UploadId: uploadId, PartNumber: parts.length + 1, Body: take() };
    const part = { PartNumber: input.PartNumber, ETag: undefined as string | undefined };
    parts.push(part);
    sending = call((client, abortSignal) => client.send(new sdk.UploadPartCommand(input), { abortSignal }), {
      signal: stopped.signal,
    }).then(({ ETag }) => {
      part.ETag = ETag;
    });
    // Whoever awaits it next hears of its failure.
    sending.catch(() => {});
  }

  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      gathered.push(chunk);
      size += chunk.length;
      if (size < partBytes) return done();
      sendPart().then(() => done(), done);
    },
    final(done) {
      const last = uploadId && size > 0 ? sendPart() : Promise.resolve();
      last.then(() => sending).then(() => done(), done);
    },
    destroy(error, done) {
      if (error) stopped.abort();
      done(error);
    },
  });
  writable.on("error", () => {});

  /** Nothing can be read under the key before this. */
  async function commit(): Promise<void> {
    committing = true;
    await call(async (client, abortSignal) => {
      if (uploadId === undefined) {
        await client.send(new sdk.PutObjectCommand({ ...target, Body: take() }), { abortSignal });
        return;
      }
      const whole = { ...target, UploadId: uploadId, MultipartUpload: { Parts: parts } };
      await client.send(new sdk.CompleteMultipartUploadCommand(whole), { abortSignal });
    });
    if (uploadId) active.delete(uploadId);
  }

  async function abort(): Promise<void> {
    stopped.abort();
    writable.destroy();
    gathered = [];
    await sending.catch(() => {});
    const quietly = (send: Parameters<typeof call>[0]) => call(send, { withinMs: abortMs }).catch(() => {});
    if (uploadId) {
      const { UploadId } = { UploadId: uploadId };
      await quietly((client, abortSignal) =>
        client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId }), { abortSignal }),
      );
      active.delete(UploadId);
    }
    // A commit without an answer may have taken place.
    if (committing)
      await quietly((client, abortSignal) => client.send(new sdk.DeleteObjectCommand(target), { abortSignal }));
  }

  return { writable, commit, abort };
}
