// Files on their way up: two at once, each with its progress; what failed stays until it is put aside or sent again.
import type { Client } from "@pagewise/sdk";
import { isApiError, isConnectionError } from "@pagewise/sdk";
import type { Id, UploadResult } from "@pagewise/sdk/contract";
import { type ReadonlySignal, signal } from "@preact/signals";

export type FaultKind = "empty" | "not-pdf" | "too-large" | "cut" | "refused";

export interface Upload {
  /** Counted here; the document gets its own id from the server. */
  id: number;
  filename: string;
  bytes: number;
  /** Bytes that the server has taken. */
  loaded: number;
  state: "waiting" | "sending" | "failed";
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
}

export interface UploadsDeps {
  client: Pick<Client, "documents">;
  /** The documents that stand. What an event tells while a file is on its way may be that very file. */
  standing: () => Iterable<Id>;
  /** The server has the file; `again` when it was there before this one was sent. */
  onDone: (result: UploadResult, again: boolean) => void;
}

const atOnce = 2;

export function createUploads({ client, standing, onDone }: UploadsDeps): UploadsModel {
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
    set(id, { state: "sending", loaded: 0, fault: null });
    try {
      const wrong = held.file.size === 0 ? "empty" : (await looksLikePdf(held.file)) ? null : "not-pdf";
      if (wrong) return set(id, { state: "failed", fault: { kind: wrong, error: null } });
      const before = new Set(standing());
      const result = await client.documents.upload(held.file, {
        filename: held.file.name,
        signal: held.stop.signal,
        onProgress: ({ loaded, total }) => set(id, { loaded: total > 0 ? (loaded / total) * held.file.size : 0 }),
      });
      if (held.stop.signal.aborted) return;
      forget(id);
      onDone(result, before.has(result.document_id) || arrived.has(result.document_id));
      arrived.add(result.document_id);
    } catch (error) {
      if (!held.stop.signal.aborted) set(id, { state: "failed", fault: { kind: kindOf(error), error } });
    } finally {
      next();
    }
  };
  const next = () => {
    const sending = uploads.peek().filter((one) => one.state === "sending").length;
    const waiting = uploads.peek().filter((one) => one.state === "waiting");
    for (const { id } of waiting.slice(0, Math.max(0, atOnce - sending))) void send(id);
  };

  return {
    uploads,
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
