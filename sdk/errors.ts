// What the SDK throws: an answer that says no (ApiError) and an answer that never came whole (ConnectionError).
import type { ProblemBody } from "./contract.ts";

/** The code of an answer that is not Pagewise's own, for example a proxy's error page. */
const UNEXPECTED_RESPONSE = "unexpected-response";

/** The server answered and said no. Switch on `code`, show `title` and `detail`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Stable and kebab-case, for example `document-not-found`; `unexpected-response` where the answer was not Pagewise's. */
  readonly code: string;
  /** HTTP status. For a failure inside a stream: the status it would have had. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** The answer's `x-request-id`, to be named when asking for help; empty where none came. */
  readonly requestId: string;
  /** What is wrong with which field; empty for everything but validation. */
  readonly errors: { pointer: string; detail: string }[];
  /** How long the server asks to wait, in milliseconds; `null` where it did not say. */
  readonly retryAfterMs: number | null;
  /** For an answer that failed while it was written: its text so far, already cut to what holds. Else `null`. */
  readonly text: string | null;

  constructor(problem: ProblemBody, options: { retryAfterMs?: number | null; text?: string } = {}) {
    super(problem.detail || problem.title);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.requestId = problem.request_id;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.text = options.text ?? null;
  }
}

/** `network`: no connection; `timeout`: nothing came in time; `cut`: the connection ended before the answer did. */
export type ConnectionFault = "network" | "timeout" | "cut";

/** No whole answer came: whether the server did what was asked is not known. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly fault: ConnectionFault;

  constructor(fault: ConnectionFault, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.fault = fault;
  }
}

/** The file cannot be read: it was changed, moved or removed after it was chosen. Sending it again cannot help. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
  readonly code = "file-changed";

  constructor(options?: { cause?: unknown }) {
    super("The file was changed, moved or removed while it was being sent. Choose it again.", options);
  }
}

/** Whether `error` is a {@link FileChangedError}, also one from another frame or another copy of the SDK. */
export function isFileChangedError(error: unknown): error is FileChangedError {
  return isNamed(error, "FileChangedError");
}

/** Whether `error` is an {@link ApiError}, also one from another frame or another copy of the SDK. */
export function isApiError(error: unknown): error is ApiError {
  return isNamed(error, "ApiError") && "code" in error;
}

/** Whether `error` is a {@link ConnectionError}, also one from another frame or another copy of the SDK. */
export function isConnectionError(error: unknown): error is ConnectionError {
  return isNamed(error, "ConnectionError") && "fault" in error;
}

// By name, since `instanceof` fails between frames and between two copies of the package.
function isNamed(error: unknown, name: string): error is { name: string } {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === name;
}

/** Reads a failed response into an ApiError; a body that is no problem document still makes one. */
export async function apiErrorFrom(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  const problem: Partial<ProblemBody> = parseObject(text);
  const title = problem.title ?? (response.statusText || `HTTP ${response.status}`);
  return new ApiError(
    {
      type: problem.type ?? "about:blank",
      title,
      status: response.status,
      detail: problem.detail ?? title,
      code: typeof problem.code === "string" ? problem.code : UNEXPECTED_RESPONSE,
      request_id: problem.request_id ?? response.headers.get("x-request-id") ?? "",
      ...(Array.isArray(problem.errors) && { errors: problem.errors }),
    },
    { retryAfterMs: retryAfterMs(response.headers.get("retry-after")) },
  );
}

/** An answer with a good status that is not what the contract promises (a login page of some network, for example). */
export function unexpectedResponse(response: Response): ApiError {
  const title = "The server's answer could not be understood";
  return new ApiError({
    type: "about:blank",
    title,
    status: response.status,
    detail: title,
    code: UNEXPECTED_RESPONSE,
    request_id: response.headers.get("x-request-id") ?? "",
  });
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

// Seconds or a date, RFC 9110 section 10.2.3.
function retryAfterMs(header: string | null): number | null {
  if (!header) return null;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
