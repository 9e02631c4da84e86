// The HTTP server around the app: bounds on slow and on large callers, and an answer to what is not even HTTP.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type Koa from "koa";
import { Problem } from "../problem.ts";
import { problemBody } from "./problems.ts";

/** In milliseconds. */
export interface HttpBounds {
  headersMs: number;
  /** A large upload over a slow line; JSON bodies have a shorter time of their own. */
  requestMs: number;
  /** A connection on which nothing moves while a request comes or an answer goes. Events are never silent for as long. */
  silentMs: number;
  /** How long the rest of a body is read and thrown away once its request has been answered. */
  unreadMs: number;
  /** Longer than a balancer keeps its side open, so that it never sends into a closing connection. */
  keptMs: number;
}

const usualBounds: HttpBounds = {
  headersMs: 20_000,
  requestMs: 30 * 60_000,
  silentMs: 120_000,
  unreadMs: 30_000,
  keptMs: 75_000,
};

/** With its first line; what comes in front of us adds some. */
const maxHeaderBytes = 16 * 1024;
/** A browser sends two dozen, and proxies a few more. */
const maxHeaders = 100;

/** @returns a server that does not listen yet */
export function createHttpServer(app: Koa, bounds: HttpBounds = usualBounds): Server {
  const server = createServer({
    headersTimeout: bounds.headersMs,
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: bounds.keptMs,
    connectionsCheckingInterval: Math.min(5_000, bounds.headersMs / 4),
    maxHeaderSize: maxHeaderBytes,
    // Asked for below: Node's own refusal is no problem document.
    requireHostHeader: false,
  });
  server.timeout = bounds.silentMs;
  // Node would drop what is beyond its own number in silence: the address that a proxy writes behind it, say.
  server.maxHeadersCount = 0;
  const answer = app.callback();
  const answering = new WeakMap<Duplex, ServerResponse>();
  const answerWellFormed = (req: IncomingMessage, res: ServerResponse) => {
    answering.set(req.socket, res);
    res.once("finish", () => boundUnread(req, bounds.unreadMs));
    const fault = faultOf(req);
    if (fault) refuse(res, fault);
    else void answer(req, res);
  };
  server.on("request", answerWellFormed);
  // Expectations that nobody knows may be passed over (RFC 9110, 10.1.1); Node would refuse them in its own words.
  server.on("checkExpectation", answerWellFormed);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Written into the middle of another answer, it would be read as a part of that.
    const begun = answering.get(socket);
    if (begun?.headersSent && !begun.writableFinished) socket.destroy();
    else answerClientError(error, socket);
  });
  return server;
}

function faultOf({ rawHeaders, headers, httpVersion }: IncomingMessage): Problem | null {
  if (rawHeaders.length > 2 * maxHeaders) return new Problem("body-too-large", "The request has too many headers.");
  if (headers.host === undefined) {
    return httpVersion === "1.1" ? new Problem("malformed-request", "The request has no Host header.") : null;
  }
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === "host") hosts += 1;
  return hosts > 1 ? new Problem("malformed-request", "The request has more than one Host header.") : null;
}

/** An answer may be sent before its request has come in whole: the rest would hold the connection for as long as it likes. */
function boundUnread(req: IncomingMessage, unreadMs: number): void {
  if (req.complete || req.destroyed) return;
  const timer = setTimeout(() => req.socket.destroy(), unreadMs).unref();
  const over = () => clearTimeout(timer);
  req.once("end", over).once("close", over);
}

/** As the app guards what holds data; here the app is not asked. */
function headersOf(requestId: string): Record<string, string> {
  return {
    "Content-Type": "application/problem+json",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "x-request-id": requestId,
    Connection: "close",
  };
}

function refuse(res: ServerResponse, problem: Problem): void {
  const requestId = randomUUID();
  res.writeHead(problem.status, headersOf(requestId)).end(JSON.stringify(problemBody(problem, requestId)));
}

/** What the parser says of a request that it gave up; of all others there is no more to say. */
const clientErrors: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: new Problem("body-too-large", "The headers are too large."),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem("malformed-request", "The request did not arrive in time."),
};

function answerClientError({ code = "" }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = clientErrors[code] ?? new Problem("malformed-request");
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...Object.entries(headersOf(requestId)).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
