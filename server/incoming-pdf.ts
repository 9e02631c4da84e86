// A PDF on its way from the network into storage: hashed and checked as it passes, never whole in memory.
import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { v7 as uuidv7 } from "uuid";
import { cleanFilename } from "./filename.ts";
import type { Storage, StorageUpload } from "./ports.ts";
import { Problem } from "./problem.ts";

/** A PDF says what it is in its first kilobyte (PDF 2.0, Annex I: readers look there). */
const headLength = 1024;
const mark = "%PDF-";

/** A file that came in whole and waits to be kept (`commit`) or dropped (`abort`, which also undoes a commit). */
export interface IncomingPdf {
  documentId: string;
  key: string;
  filename: string;
  bytes: number;
  sha256: string;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface PdfIntake {
  /** Fails with the problem `not-a-pdf` or `file-too-large` as soon as it is known. */
  writable: Writable;
  /** After the writable has finished. Throws what stopped it. */
  result(): IncomingPdf;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** @param file.filename as sent. */
export function createPdfIntake(
  storage: Storage,
  { maxBytes, filename }: { maxBytes: number; filename: string | null },
): PdfIntake {
  const documentId = uuidv7();
  const key = `documents/${documentId}.pdf`;
  const hash = createHash("sha256");
  let upload: StorageUpload | null = null;
  let bytes = 0;
  let head = Buffer.alloc(0);
  let recognised = false;
  let running = false;
  let idle: (() => void) | null = null;

  /** Runs a step of the stream, of which there is one at a time. */
  function step(run: () => Promise<void>, callback: (error?: Error | null) => void): void {
    running = true;
    run()
      .then(
        () => callback(),
        (error: Error) => callback(error),
      )
      .finally(() => {
        running = false;
        idle?.();
      });
  }

  function check(part: Buffer): void {
    bytes += part.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    if (recognised) return;
    head = Buffer.concat([head, part]).subarray(0, headLength);
    recognised = head.includes(mark, 0, "latin1");
    if (!recognised && head.length === headLength) throw new Problem("not-a-pdf", notAPdf);
  }

  const writable = new Writable({
    construct: (callback) =>
      step(async () => {
        upload = await storage.create(key);
        upload.writable.on("error", (error) => writable.destroy(error));
      }, callback),
    write(part: Buffer, _encoding, callback) {
      try {
        check(part);
      } catch (error) {
        return callback(error as Error);
      }
      hash.update(part);
      // There are many pieces, and most of them have nothing to wait for.
      if (!upload || upload.writable.write(part)) return callback();
      const { writable: stored } = upload;
      step(() => drained(stored), callback);
    },
    final: (callback) =>
      step(async () => {
        if (!recognised) throw new Problem("not-a-pdf", bytes === 0 ? "The file is empty." : notAPdf);
        upload?.writable.end();
        if (upload) await finished(upload.writable);
      }, callback),
    // Closed only when no step can touch the storage any more.
    destroy(error, callback) {
      if (running) idle = () => callback(error);
      else callback(error);
    },
  });
  // Whoever feeds the stream reports its failure; without this line a late one would end the process.
  writable.on("error", () => {});

  async function abort(): Promise<void> {
    writable.destroy();
    if (!writable.closed) await new Promise((closed) => writable.once("close", closed));
    await upload?.abort();
  }

  return {
    writable,
    abort,
    result() {
      if (writable.errored) throw writable.errored;
      if (!writable.writableFinished || !upload) throw new Error("the file has not come in whole");
      const { commit } = upload;
      let committed = false;
      return {
        documentId,
        key,
        filename: cleanFilename(filename),
        bytes,
        sha256: hash.digest("hex"),
        async commit() {
          await commit();
          committed = true;
        },
        abort: () => (committed ? storage.remove(key) : abort()),
      };
    },
  };
}

const notAPdf = "Only PDF files can be read. Export or print the document to PDF and upload that.";

export function tooLarge(maxBytes: number): Problem {
  return new Problem("file-too-large", `A file may have at most ${Math.floor(maxBytes / 1024 / 1024)} MB.`);
}

function drained(stream: Writable): Promise<void> {
  return new Promise((done, failed) => {
    const settle = (error?: Error | null) => {
      stream.off("drain", settle).off("error", settle).off("close", settle);
      if (error) failed(error);
      else if (stream.destroyed) failed(new Error("the storage closed the file"));
      else done();
    };
    stream.on("drain", settle).on("error", settle).on("close", settle);
    if (stream.destroyed) settle(stream.errored);
  });
}
