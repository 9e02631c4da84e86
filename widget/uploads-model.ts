// Files on their way up: two at once, each with its progress; what failed stays until it is put aside or sent again.
import type { Client } from "@pagewise/sdk";
import { isApiError, isConnectionError, isFileChangedError } from "@pagewise/sdk";
import type { Id, UploadResult } from "@pagewise/sdk/contract";
import { type ReadonlySignal, signal } from "@preact/signals";

export type FaultKind = "empty" | "not-pdf" | "too-large" | "cut" | "changed" | "refused";

export interface Upload {
  /** Counted here; the document gets its own id from the server. */
  id: number;
  filename: string;
  bytes: number;
  /** Bytes that the server has taken; never falls, also when they are sent again. */
  loaded: number;
  /** `offline`: goes on by itself when the connection is back. */
  state: "waiting" | "sending" | "offline" | "failed";
  /** Why it failed; `error` is what the client threw. */
  fault: { kind: FaultKind; error: unknown } | null;
}

export interface UploadsModel {
  uploads: ReadonlySignal<Upload[]>;
  add(files: Iterable<File>): void;
  /** Breaks it off, or puts a failed one aside. */
  cancel(id: number): void;
  again(id: number): void;
  /** Breaks everything off. */
  clear(): void;
  /** Stops looking for the connection. */
  destroy(): void;
}

export interface UploadsDeps {
  client: Pick<Client, "documents">;
  /** The documents that stand. What an event tells while a file is on its way may be that very file. */
  standing: () => Iterable<Id>;
  /** Whether there is a connection at all. */
  online: ReadonlySignal<boolean>;
  /** The server has the file; `again` when it was there before this one was sent. */
  onDone: (result: UploadResult, again: boolean) => void;
}

const atOnce = 2;

export function createUploads({ client, standing, online, onDone }: UploadsDeps): UploadsModel {
  const uploads = signal<Upload[]>([]);
  const files = new Map<number, { file: File; stop: AbortController }>();
  const arrived = new Set<Id>();
  let last = 0;

  const set = (id: number, change: Partial<Upload>) => {
    uploads.value = uploads.peek().map((one) => (one.id === id ? { ...one, ...change } : one));
  };
  const forget = (id: number) => {
    files.get(id)?.stop.abort();
    files.delete(id);
    uploads.value = uploads.peek().filter((one) => one.id !== id);
  };

  const send = async (id: number) => {
    const held = files.get(id);
    if (!held) return;
    set(id, { state: "sending", fault: null });
    try {
      const wrong = held.file.size === 0 ? "empty" : (await looksLikePdf(held.file)) ? null : "not-pdf";
      if (wrong) return set(id, { state: "failed", fault: { kind: wrong, error: null } });
      const before = new Set(standing());
      const result = await client.documents.upload(held.file, {
        filename: held.file.name,
        signal: held.stop.signal,
        onProgress({ loaded, total }) {
          const before = uploads.peek().find((one) => one.id === id)?.loaded ?? 0;
          set(id, { loaded: Math.max(before, total > 0 ? (loaded / total) * held.file.size : 0) });
        },
      });
      if (held.stop.signal.aborted) return;
      forget(id);
      onDone(result, before.has(result.document_id) || arrived.has(result.document_id));
      arrived.add(result.document_id);
    } catch (error) {
      if (held.stop.signal.aborted) return;
      const waits = isConnectionError(error) && !online.peek();
      set(id, waits ? { state: "offline" } : { state: "failed", fault: { kind: kindOf(error), error } });
    } finally {
      next();
    }
  };
  const next = () => {
    const sending = uploads.peek().filter((one) => one.state === "sending").length;
    const waiting = uploads.peek().filter((one) => one.state === "waiting");
    for (const { id } of waiting.slice(0, Math.max(0, atOnce - sending))) void send(id);
  };

  // Files go out all the same without a line: the server may stand on this very machine.
  const destroy = online.subscribe((back) => {
    if (!back) return;
    for (const { id, state } of uploads.peek()) if (state === "offline") set(id, { state: "waiting" });
    next();
  });

  return {
    uploads,
    destroy,
    add(added) {
      const fresh: Upload[] = [];
      for (const file of added) {
        const id = ++last;
        files.set(id, { file, stop: new AbortController() });
        fresh.push({ id, filename: file.name, bytes: file.size, loaded: 0, state: "waiting", fault: null });
      }
      uploads.value = [...uploads.peek(), ...fresh];
      next();
    },
    cancel(id) {
      forget(id);
      next();
    },
    again(id) {
      set(id, { state: "waiting", fault: null });
      next();
    },
    clear() {
      for (const id of [...files.keys()]) forget(id);
      arrived.clear();
    },
  };
}

function kindOf(error: unknown): FaultKind {
  if (isFileChangedError(error)) return "changed";
  if (isConnectionError(error)) return "cut";
  if (isApiError(error) && error.status === 413) return "too-large";
  if (isApiError(error) && error.status === 415) return "not-pdf";
  return "refused";
}

/** As the server looks: a PDF may have up to a kilobyte of other bytes before its mark. */
async function looksLikePdf(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 1029).arrayBuffer());
  return new TextDecoder("latin1").decode(head).includes("%PDF-");
}
