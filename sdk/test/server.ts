// A real HTTP server that plays the part of Pagewise, one handler a test, and cuts connections where it is told to.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** `GET /users/me`, with its query. */
  line: string;
  body: Buffer;
  token: string | null;
  json(status: number, body: unknown, headers?: Record<string, string>): void;
  problem(status: number, code: string, headers?: Record<string, string>): void;
  /** Sends the head of an event stream at once. */
  beginEvents(): void;
  /** Ends the connection in the middle, as a broken network does, after what was written has left. */
  cut(): void;
}

export interface TestServer {
  url: string;
  /** Every request so far, as its line. */
  lines: string[];
  /** Waits until as many connections are open. */
  connections(): Promise<number>;
}

/**
 * Starts the server for the running test and stops it afterwards. The body is read before `handle` is called.
 * @param arrive Is given each request before its body is read.
 */
export async function serve(
  handle: (exchange: Exchange) => void | Promise<void>,
  arrive: (request: IncomingMessage) => void = () => {},
): Promise<TestServer> {
  const lines: string[] = [];
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    lines.push(line);
    arrive(request);
    readBody(request).then(
      (body) => handle(exchangeOf(request, response, line, body)),
      // The client went away while it was sending.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines,
    connections: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, line: string, body: Buffer): Exchange {
  const json = (status: number, value: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(value));
  };
  return {
    request,
    response,
    line,
    body,
    token: request.headers.authorization?.replace("Bearer ", "") ?? null,
    json,
    problem: (status, code, headers = {}) =>
      json(
        status,
        {
          type: `/problems/${code}`,
          title: `Title of ${code}`,
          status,
          detail: `Detail of ${code}`,
          code,
          request_id: "r1",
        },
        { "content-type": "application/problem+json", "x-request-id": "r1", ...headers },
      ),
    beginEvents() {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
    },
    cut() {
      // A connection that breaks takes along what was not read yet: the client, in this process, gets turns to read.
      const later = (turns: number): unknown =>
        turns === 0 ? response.destroy() : setImmediate(() => later(turns - 1));
      response.write("", () => later(20));
    },
  };
}

/** Waits for `condition`; fails naming what it waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An access token that says who it is for and when it ends (in seconds; by itself in 2100), unsigned. */
export function accessToken(sub: string, number: number, endsAt = 4_102_444_800): string {
  const payload = Buffer.from(JSON.stringify({ sub, exp: Math.floor(endsAt), number })).toString("base64url");
  return `e30.${payload}.signature`;
}

export function tokenPair(sub: string, number: number) {
  return {
    access_token: accessToken(sub, number),
    token_type: "bearer" as const,
    expires_in: 900,
    refresh_token: `refresh-${sub}-${number}`,
  };
}
