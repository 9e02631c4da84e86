// The one error class of the server and the catalogue of its stable codes: what callers switch on.

/** code → [status, title]. A code never changes its meaning; its text may. */
export const problems = {
  "malformed-request": [400, "The request could not be understood"],
  unauthorized: [401, "Sign in to do this"],
  "invalid-credentials": [401, "That email and password do not match"],
  "identity-invalid": [401, "The page could not prove who you are"],
  forbidden: [403, "This is not allowed with this sign-in"],
  "origin-not-allowed": [403, "This page may not use Pagewise"],
  "not-found": [404, "There is nothing here"],
  "document-not-found": [404, "That document does not exist"],
  "conversation-not-found": [404, "That conversation does not exist"],
  "embed-not-found": [404, "That embed does not exist"],
  "method-not-allowed": [405, "This address does not answer that method"],
  "email-taken": [409, "That email already has an account"],
  "too-many-embeds": [409, "There are as many embeds as one account may have"],
  "no-documents": [409, "There is no document to answer from"],
  "document-not-ready": [409, "That document is not ready yet"],
  "conversation-busy": [409, "An answer is still being written in this conversation"],
  "library-full": [409, "There is no room left in your library"],
  "not-failed": [409, "Only a failed document can be tried again"],
  "body-too-large": [413, "The request is too large"],
  "file-too-large": [413, "The file is too large"],
  "unsupported-media-type": [415, "This kind of content is not accepted here"],
  "not-a-pdf": [415, "This file is not a PDF"],
  "range-not-satisfiable": [416, "That part of the file does not exist"],
  "invalid-request": [422, "Something in the request is not right"],
  "idempotency-mismatch": [422, "This Idempotency-Key was used for another request"],
  "file-missing": [422, "The request holds no file"],
  "too-many-files": [422, "Send one file at a time"],
  "too-many-requests": [429, "Too many requests"],
  "too-many-attempts": [429, "Too many attempts to sign in"],
  "internal-error": [500, "Something went wrong on our side"],
  "model-failed": [502, "The language model could not answer"],
  unavailable: [503, "Pagewise is not available at the moment"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problems;

export interface ProblemOptions {
  cause?: unknown;
  /** RFC 6901 pointers into the body, or parameter names. */
  errors?: { pointer: string; detail: string }[];
  headers?: Record<string, string>;
}

/** A failure with a stable code; `detail` is written for the person who reads it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: { pointer: string; detail: string }[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, detail?: string, options: ProblemOptions = {}) {
    const [status, title] = problems[code];
    super(detail ?? title, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail ?? title;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}
