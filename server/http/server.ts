// The HTTP server around the app: bounds on slow callers, and an answer to what is not even HTTP.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type Koa from "koa";
import { Problem } from "../problem.ts";
import { problemBody } from "./problems.ts";

/** @returns a server that does not listen yet */
export function createHttpServer(app: Koa): Server {
  const server = createServer({
    headersTimeout: 20_000,
    // A large upload over a slow line; JSON bodies have a shorter time of their own.
    requestTimeout: 30 * 60_000,
    // Longer than a balancer keeps its side open, so that it never sends into a closing connection.
    keepAliveTimeout: 75_000,
    connectionsCheckingInterval: 5_000,
    // Asked for below: Node's own refusal is no problem document.
    requireHostHeader: false,
  });
  const answer = app.callback();
  const answerHosted = (req: IncomingMessage, res: ServerResponse) => {
    if (req.headers.host === undefined && req.httpVersion === "1.1") refuseHostless(res);
    else void answer(req, res);
  };
  server.on("request", answerHosted);
  // Expectations that nobody knows may be passed over (RFC 9110, 10.1.1); Node would refuse them in its own words.
  server.on("checkExpectation", answerHosted);
  server.on("clientError", answerClientError);
  return server;
}

function refuseHostless(res: ServerResponse): void {
  const requestId = randomUUID();
  const problem = new Problem("malformed-request", "The request has no Host header.");
  const headers = { "Content-Type": "application/problem+json", "x-request-id": requestId, Connection: "close" };
  res.writeHead(problem.status, headers).end(JSON.stringify(problemBody(problem, requestId)));
}

function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem =
    error.code === "HPE_HEADER_OVERFLOW"
      ? new Problem("body-too-large", "The headers are too large.")
      : new Problem("malformed-request");
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
