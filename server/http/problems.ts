// The one error exit: whatever was thrown leaves as a problem document, and what is ours to mend is logged.
import type { ProblemBody } from "@pagewise/sdk/contract";
import Koa, { type Context } from "koa";
import { driverError, isDatabaseGone, isOwnerGone } from "../models/database.ts";
import { isNoRoom, isStorageOutage } from "../outage.ts";
import type { Logger } from "../ports.ts";
import { Problem, type ProblemCode } from "../problem.ts";

/** @returns the problem as callers see it */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  const { code, status, title, detail, errors } = problem;
  return {
    type: `urn:pagewise:problem:${code}`,
    title,
    status,
    detail,
    code,
    request_id: requestId,
    ...(errors ? { errors } : {}),
  };
}

/** @returns the problem that anything thrown stands for; what is not known is `internal-error` and tells nothing */
function toProblem(thrown: unknown): Problem {
  try {
    if (thrown instanceof Problem) return thrown;
    if (isNoRoom(thrown)) {
      return new Problem("unavailable", "There is no room left on the server. Whoever runs it has to make some.", {
        cause: thrown,
      });
    }
    if (isDatabaseGone(thrown)) {
      const headers = { "Retry-After": "5" };
      return new Problem("unavailable", "The database does not answer. Try again in a moment.", {
        cause: thrown,
        headers,
      });
    }
    if (isStorageOutage(thrown)) {
      return new Problem("unavailable", "Files can be neither kept nor read just now. Try again in a minute.", {
        cause: thrown,
      });
    }
    const code = knownCode(thrown);
    if (code) return new Problem(code, undefined, { cause: thrown });
  } catch {
    // Looking at what was thrown may itself throw.
  }
  return new Problem("internal-error", undefined, { cause: thrown });
}

const byStatus: Record<number, ProblemCode> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "method-not-allowed",
  413: "body-too-large",
  415: "unsupported-media-type",
  416: "range-not-satisfiable",
  422: "invalid-request",
  429: "too-many-requests",
};

/** What a new row would have belonged to was deleted after it had been found. */
const goneMeanwhile = new Map<unknown, ProblemCode>([
  ["sessions_user_id_fkey", "invalid-credentials"],
  ["documents_user_id_fkey", "unauthorized"],
  ["conversations_user_id_fkey", "unauthorized"],
  ["conversations_visitor_id_fkey", "unauthorized"],
  ["messages_conversation_id_fkey", "conversation-not-found"],
]);

interface Thrown {
  code?: unknown;
  httpCode?: unknown;
  constraint?: unknown;
  name?: unknown;
}

function knownCode(thrown: unknown): ProblemCode | null {
  if (typeof thrown !== "object" || thrown === null) return null;
  const { httpCode } = thrown as Thrown;
  // Any other error's `status` may be that of somebody else's answer. Formidable's carry `httpCode`.
  const status = thrown instanceof Koa.HttpError ? thrown.status : httpCode;
  if (typeof status === "number" && status >= 400 && status < 500) return byStatus[status] ?? "malformed-request";
  if (isOwnerGone(thrown)) return goneMeanwhile.get((driverError(thrown) as Thrown).constraint) ?? null;
  return null;
}

/** Takes the place of Koa's own `ctx.onerror`, which everything ends in: thrown errors, broken bodies, lost callers. */
export function createErrorExit(log: Logger): (this: Context, thrown: unknown) => void {
  return function exit(thrown) {
    const { res } = this;
    const over = res.headersSent || !this.writable;
    // Koa calls with nothing at the end of every good response.
    if (over && (thrown === null || thrown === undefined)) return;
    const requestId = String(this.state.requestId ?? "");
    const problem = toProblem(thrown);
    if (!(over && isLostCaller(thrown))) logProblem(log, problem, requestId);
    if (over) {
      // A whole answer is no longer possible: a cut connection says so, a clean end would not.
      if (!res.writableEnded) res.destroy();
      return;
    }
    sendProblem(this, problem, requestId);
  };
}

function sendProblem(ctx: Context, problem: Problem, requestId: string): void {
  const { res } = ctx;
  // These described the answer that did not come about.
  for (const name of res.getHeaderNames())
    if (/^(content-(?!security)|transfer-|accept-ranges|etag|last-modified|location)/.test(name))
      res.removeHeader(name);
  const body = JSON.stringify(problemBody(problem, requestId));
  res.statusCode = problem.status;
  for (const [name, value] of Object.entries(problem.headers)) res.setHeader(name, value);
  if (problem.status === 401) res.setHeader("WWW-Authenticate", "Bearer");
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("Content-Type", "application/problem+json");
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.end(ctx.method === "HEAD" ? undefined : body);
}

function logProblem(log: Logger, problem: Problem, requestId: string): void {
  if (problem.status < 500) return;
  try {
    log.error({ request_id: requestId, code: problem.code, error: problem.cause ?? problem }, "request failed");
  } catch {
    log.error({ request_id: requestId, code: problem.code }, "request failed with what cannot be logged");
  }
}

/** Callers that hang up are no fault of anybody's. */
function isLostCaller(thrown: unknown): boolean {
  try {
    const { code, name } = thrown as Thrown;
    return (
      name === "AbortError" ||
      code === "ERR_STREAM_PREMATURE_CLOSE" ||
      code === "ECONNRESET" ||
      code === "EPIPE" ||
      code === "ECONNABORTED"
    );
  } catch {
    return false;
  }
}
