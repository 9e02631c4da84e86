// One HTTP call: address, headers, deadline, the retries that are safe, and failures turned into the SDK's errors.
import { backoff, createDeadline, type Deadline, sleep, unlessAborted } from "./deadline.ts";
import { type ApiError, apiErrorFrom, isApiError, isConnectionError, unexpectedResponse } from "./errors.ts";
import { keyHeader } from "./idempotency.ts";
import type { Session } from "./session.ts";

/** What every method takes as its last argument. */
export interface CallOptions {
  /** Aborts the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call, retries and refresh included (for a stream: until it begins). */
  timeoutMs?: number | undefined;
}

export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the server's root, with its leading slash. */
  path: string;
  query?: object;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent without a token. */
  anonymous?: boolean;
  /** May come from the browser's cache. */
  cacheable?: boolean;
}

export interface Wire {
  /** The server's root without a trailing slash. */
  root: string;
  fetch: typeof fetch;
  /** Whether `fetch` is the caller's own, which nothing may go around. */
  customFetch: boolean;
  timeoutMs: number;
  maxRetries: number;
  /** Bound of the first wait between two tries; it doubles. */
  backoffMs: number;
}

/** The path of these parts. An id from outside must not reach another one; dots and nothing would, encoded or not, so they become a 404. */
export function at(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part).replace(/^\.{0,2}$/, "_")}`).join("");
}

/** Longest wait between two tries that the server did not ask for. */
export const LONGEST_BACKOFF_MS = 8_000;

const RETRYABLE_STATUS = [429, 502, 503, 504];

/** One attempt, as it is. Rejects with a ConnectionError or the reason of the abort, never for a status. */
export async function send(wire: Wire, call: Call, token: string | null, deadline: Deadline): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...call.headers };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (call.body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method: call.method, headers, signal: deadline.signal, ...withoutCookies() };
  // Else Chrome lets one tab wait for the other's answer to the same address, to share it.
  if (!call.cacheable && "cache" in Request.prototype) init.cache = "no-store";
  if (call.body !== undefined) init.body = JSON.stringify(call.body);
  try {
    return await wire.fetch(wire.root + call.path + queryString(call.query), init);
  } catch (error) {
    throw deadline.blame(error);
  }
}

/** Some workers have no `credentials` and refuse the option. */
export function withoutCookies(): RequestInit {
  return "credentials" in Request.prototype ? { credentials: "omit" } : {};
}

/** Takes what a good response holds. */
type Read<T> = (response: Response, deadline: Deadline) => Promise<T>;

/**
 * A whole call. GET, PUT and DELETE are tried again after a lost connection and after 429, 502, 503 and 504, as long as
 * the deadline allows, and so is a POST that carries a key; another one, or a PATCH, is sent once.
 * @throws ApiError | ConnectionError, or the reason of the caller's signal.
 */
export async function request<T>(
  wire: Wire,
  session: Session,
  call: Call,
  read: Read<T>,
  options: CallOptions = {},
): Promise<T> {
  const deadline = createDeadline(options.signal, options.timeoutMs ?? wire.timeoutMs);
  const isKeyed = call.headers?.[keyHeader] !== undefined;
  const safe = isKeyed || (call.method !== "POST" && call.method !== "PATCH");
  const attemptOnce = (token: string | null) => send(wire, call, token, deadline);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await (call.anonymous ? attemptOnce(null) : session.authorized(attemptOnce, deadline.signal));
        if (!response.ok) throw await apiErrorFrom(response);
        return await read(response, deadline);
      } catch (error) {
        // The try before, whose answer was lost, has deleted it.
        if (attempt > 0 && call.method === "DELETE" && isApiError(error) && error.status === 404) return undefined as T;
        if (!safe || attempt >= wire.maxRetries) throw error;
        await waitToRetry(error, attempt, wire, deadline);
      }
    }
  } finally {
    deadline.close();
  }
}

/** Waits before the next try, or throws `error` where another try cannot help or would come too late. */
export async function waitToRetry(error: unknown, attempt: number, wire: Wire, deadline: Deadline): Promise<void> {
  const retryable = isApiError(error) ? RETRYABLE_STATUS.includes(error.status) : isConnectionError(error);
  if (!retryable || deadline.signal.aborted) throw error;
  const asked = isApiError(error) ? error.retryAfterMs : null;
  const waitMs = backoff(attempt, wire.backoffMs, LONGEST_BACKOFF_MS, asked);
  if (waitMs >= deadline.remainingMs()) throw error;
  await sleep(waitMs, deadline.signal);
}

/** Reads JSON; nothing is `undefined`. @throws ApiError `unexpected-response` where it is something else. */
export async function readJson<T>(response: Response, deadline: Deadline): Promise<T> {
  const text = await whole(response.text(), deadline);
  if (text === "") return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unexpectedResponse(response);
  }
}

/** Reads bytes: a picture. */
export function readBlob(response: Response, deadline: Deadline): Promise<Blob> {
  return whole(response.blob(), deadline);
}

/** Reads a file with the name that the server gave it. */
export async function readFile(response: Response, deadline: Deadline): Promise<File> {
  const blob = await readBlob(response, deadline);
  const disposition = response.headers.get("content-disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition)?.[1];
  const name = encoded ? decodeURIComponent(encoded) : /filename="([^"]*)"/i.exec(disposition)?.[1];
  return new File([blob], name || "download", { type: blob.type });
}

function whole<T>(body: Promise<T>, deadline: Deadline): Promise<T> {
  return unlessAborted(body, deadline.signal).catch((error: unknown) => {
    throw deadline.blame(error);
  });
}

/**
 * Opens a stream of events: one try (and the refresh). Signal and deadline cover the time until the response begins:
 * from there on they are the reader's.
 * @throws ApiError | ConnectionError
 */
export async function openStream(
  wire: Wire,
  session: Session,
  call: Call,
  options: CallOptions,
): Promise<ReadableStream<Uint8Array>> {
  const deadline = createDeadline(options.signal, options.timeoutMs ?? wire.timeoutMs);
  const asking: Call = { ...call, headers: { ...call.headers, accept: "text/event-stream" } };
  try {
    const response = await session.authorized((token) => send(wire, asking, token, deadline), deadline.signal);
    if (!response.ok) throw await apiErrorFrom(response);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (!isStream || !response.body) throw unexpectedResponse(response);
    return response.body;
  } finally {
    deadline.close();
  }
}

/** Whether waiting and asking again can help: the server is busy or away, not of another opinion. */
export function isPassing(error: unknown): error is ApiError {
  return isApiError(error) && (error.status === 429 || error.status >= 500);
}

/** Whether something before the server says that the server did not answer it. */
export function isFromProxy(error: unknown): error is ApiError {
  return isApiError(error) && error.code === "unexpected-response" && RETRYABLE_STATUS.includes(error.status);
}

function queryString(query: object = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return pairs.length > 0 ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : "";
}
