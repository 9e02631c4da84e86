// Sending one file with progress: XMLHttpRequest where there is one, since fetch tells nothing of what it has sent.
import type { UploadResult } from "./contract.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import { apiErrorFrom, ConnectionError, FileChangedError, isConnectionError } from "./errors.ts";
import { type CallOptions, readJson, type Wire, waitToRetry, withoutCookies } from "./request.ts";
import type { Session } from "./session.ts";

export interface UploadProgress {
  /** Bytes of the file handed to the network; never falls, also when the file is sent again. */
  loaded: number;
  /** Bytes of the file. */
  total: number;
}

export interface UploadOptions extends CallOptions {
  /** Absent: the file's own name, else `document.pdf`. */
  filename?: string | undefined;
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** Longest time in which nothing is sent and nothing comes back. */
const STALL_MS = 60_000;

/** A token should outlive the sending: a server that refuses in the middle of a body just closes the connection. */
const TOKEN_LASTS_MS = 120_000;

/** The multipart body, the same for every try. */
interface Envelope {
  body: Blob;
  contentType: string;
  /** Takes the number of bytes of the body that are sent. */
  sent(bytes: number): void;
}

/**
 * POST /upload. Tried again after a lost connection: the server knows a file by its content, so the same bytes sent
 * twice are one document.
 */
export async function upload(wire: Wire, session: Session, file: Blob, options: UploadOptions): Promise<UploadResult> {
  const deadline = createDeadline(options.signal, options.timeoutMs ?? Number.POSITIVE_INFINITY);
  const envelope = wrap(file, options);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await attemptUpload(wire, session, envelope, deadline);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        await assertUnchanged(file, error);
        if (attempt >= wire.maxRetries) throw error;
        await waitToRetry(error, attempt, wire, deadline);
      }
    }
  } finally {
    deadline.close();
  }
}

/** A runtime tells of a file that it can no longer read as of a broken connection. */
async function assertUnchanged(file: Blob, cause: unknown): Promise<void> {
  const ends = [file.slice(0, 1), file.slice(Math.max(0, file.size - 1))];
  const read = await Promise.all(ends.map((end) => end.arrayBuffer())).catch(() => null);
  if (!read || (file.size > 0 && read.some(({ byteLength }) => byteLength === 0)))
    throw new FileChangedError({ cause });
}

async function attemptUpload(wire: Wire, session: Session, envelope: Envelope, deadline: Deadline) {
  const post = !wire.customFetch && typeof XMLHttpRequest === "function" ? postByXhr : postByFetch;
  await session.ensureFreshFor(TOKEN_LASTS_MS, deadline.signal);
  const response = await session.authorized((token) => post(wire, envelope, token, deadline), deadline.signal);
  if (!response.ok) throw await apiErrorFrom(response);
  return readJson<UploadResult>(response, deadline);
}

// Put together by hand, since FormData does not tell its size, without which progress has no end.
function wrap(file: Blob, { filename, onProgress }: UploadOptions): Envelope {
  const boundary = `pagewise-${random()}${random()}`;
  const name = filename ?? (file as Partial<File>).name ?? "document.pdf";
  const escaped = name.replace(
    /["\r\n]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  const head = new Blob([
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${escaped}"\r\n`,
    `Content-Type: ${file.type || "application/pdf"}\r\n\r\n`,
  ]);
  let furthest = -1;
  return {
    body: new Blob([head, file, `\r\n--${boundary}--\r\n`]),
    contentType: `multipart/form-data; boundary=${boundary}`,
    sent(bytes) {
      const loaded = Math.min(Math.max(bytes - head.size, 0), file.size);
      if (loaded > furthest) onProgress?.({ loaded, total: file.size });
      furthest = Math.max(furthest, loaded);
    },
  };
}

const random = () => Math.random().toString(36).slice(2);

type Post = (wire: Wire, envelope: Envelope, token: string | null, deadline: Deadline) => Promise<Response>;

const postByXhr: Post = (wire, envelope, token, deadline) => {
  const xhr = new XMLHttpRequest();
  const stall = createStall(() => xhr.abort());
  const abort = () => xhr.abort();
  const sending = new Promise<Response>((resolve, reject) => {
    const fail = () => reject(deadline.blame(stall.error ?? new Error("The upload was cut")));
    xhr.upload.onprogress = ({ loaded }) => {
      stall.reset();
      envelope.sent(loaded);
    };
    xhr.onload = () => resolve(toResponse(xhr));
    xhr.onerror = fail;
    xhr.onabort = fail;
    xhr.open("POST", `${wire.root}/upload`);
    xhr.setRequestHeader("accept", "application/json");
    xhr.setRequestHeader("content-type", envelope.contentType);
    if (token !== null) xhr.setRequestHeader("authorization", `Bearer ${token}`);
    deadline.signal.throwIfAborted();
    deadline.signal.addEventListener("abort", abort);
    stall.reset();
    xhr.send(envelope.body);
  });
  return sending.finally(() => {
    stall.end();
    deadline.signal.removeEventListener("abort", abort);
  });
};

function toResponse(xhr: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ["content-type", "retry-after", "x-request-id"]) {
    const value = xhr.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(xhr.status === 204 ? null : xhr.responseText, { status: xhr.status, headers });
}

const postByFetch: Post = async (wire, envelope, token, deadline) => {
  const { body, contentType } = envelope;
  const headers: Record<string, string> = { accept: "application/json", "content-type": contentType };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  const stall = createStall(() => stopped.abort(stall.error));
  const stopped = createDeadline(deadline.signal, Number.POSITIVE_INFINITY);
  const init: RequestInit & { duplex?: "half" } = {
    method: "POST",
    headers,
    body,
    signal: stopped.signal,
    ...withoutCookies(),
  };
  if (sendsStreams()) {
    headers["content-length"] = String(body.size);
    init.body = counted(body, (bytes) => {
      stall.reset();
      envelope.sent(bytes);
    });
    init.duplex = "half";
    stall.reset();
  }
  try {
    const response = await wire.fetch(`${wire.root}/upload`, init);
    if (response.ok) envelope.sent(body.size);
    return response;
  } catch (error) {
    throw stopped.blame(error);
  } finally {
    stall.end();
    stopped.close();
  }
};

// Browsers send streams over HTTP/2 only, if at all; servers' runtimes do over any.
function sendsStreams(): boolean {
  return typeof XMLHttpRequest !== "function" && !("ServiceWorkerGlobalScope" in globalThis);
}

const PIECE_BYTES = 65_536;

/** The body in small pieces, each counted when the network asks for the next. */
function counted(body: Blob, sent: (bytes: number) => void): ReadableStream<Uint8Array> {
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        sent(bytes);
        if (bytes >= body.size) return controller.close();
        const piece = new Uint8Array(await body.slice(bytes, bytes + PIECE_BYTES).arrayBuffer());
        // Some runtimes end a file early that has shrunk.
        if (piece.byteLength === 0) return controller.error(new FileChangedError());
        bytes += piece.byteLength;
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Ends an upload that neither sends nor receives for `STALL_MS`. */
function createStall(onStall: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stall = {
    error: null as ConnectionError | null,
    reset() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stall.error = new ConnectionError("timeout", `The upload did not move for ${STALL_MS} ms`);
        onStall();
      }, STALL_MS);
    },
    end: () => clearTimeout(timer),
  };
  return stall;
}
