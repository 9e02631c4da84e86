// Answers over a real connection that is cut, held, repeated and damaged: nothing is lost, nothing comes twice.
import { expect, test } from "vitest";
import type { ChatEvent } from "../contract.ts";
import { isApiError, isConnectionError } from "../index.ts";
import { cutOnce, events, frame, wireBytes } from "./answer.ts";
import { clientOf, failureOf, readAll } from "./calls.ts";
import { type Exchange, serve } from "./server.ts";

test("cut at every byte after its start, the answer is taken up where it was: nothing lost, nothing twice", async () => {
  const startEnds = Buffer.byteLength(frame(events[0] as ChatEvent));
  const whole = wireBytes(events).length;
  let handle: (exchange: Exchange) => void = () => {};
  const { url, lines } = await serve((exchange) => handle(exchange));
  const client = clientOf(url);
  for (let cutAt = startEnds; cutAt < whole; cutAt++) {
    let saw = () => {};
    handle = cutOnce(cutAt, new Promise((resolve) => (saw = resolve)));
    lines.length = 0;
    const seen: ChatEvent[] = [];
    for await (const event of client.chat.ask({ message: "Why?" })) {
      seen.push(event);
      saw();
    }
    expect(seen, `cut at byte ${cutAt}`).toEqual(events);
    expect(lines, `cut at byte ${cutAt}`).toEqual(["POST /chat", "GET /chat/m1/stream"]);
  }
}, 120_000);

test("cut at every byte before its start, the same question is sent again with its key, and answered once", async () => {
  const startEnds = Buffer.byteLength(frame(events[0] as ChatEvent));
  const keys: unknown[] = [];
  let cutAt = 0;
  const { url, lines } = await serve(({ request, response, beginEvents, cut }) => {
    keys.push(request.headers["idempotency-key"]);
    beginEvents();
    if (keys.length === 2) return void response.end(wireBytes(events));
    response.write(wireBytes(events).subarray(0, cutAt));
    cut();
  });
  const used = new Set<unknown>();
  for (cutAt = 0; cutAt < startEnds; cutAt += 7) {
    keys.length = 0;
    lines.length = 0;
    const connected: boolean[] = [];
    const onConnection = (now: boolean) => void connected.push(now);
    const call = cutAt % 2 ? clientOf(url).chat.regenerate("m1", { onConnection }) : null;
    expect(await readAll(call ?? clientOf(url).chat.ask({ message: "Why?" }, { onConnection }))).toEqual(events);
    expect(lines).toEqual(Array(2).fill(call ? "POST /chat/m1/regenerate" : "POST /chat"));
    expect(connected).toEqual([false, true]);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[0]).toMatch(/^\d+(-\d+){3}$/);
    used.add(keys[0]);
  }
  // Each question has a key of its own, or the caller's.
  expect(used.size).toBe(Math.ceil(startEnds / 7));
  keys.length = 0;
  cutAt = 0;
  await readAll(clientOf(url).chat.ask({ message: "Why?" }, { idempotencyKey: "mine" }));
  expect(keys).toEqual(["mine", "mine"]);
});

test("what stands before the server and cannot reach it is asked again; what the server says is told", async () => {
  let answers: ((exchange: Exchange) => void)[] = [];
  const { url, lines } = await serve((exchange) => {
    const next = answers.shift();
    if (next) return next(exchange);
    exchange.beginEvents();
    exchange.response.end(wireBytes(events));
  });
  const page = ({ response }: Exchange) => void response.writeHead(502, { "content-type": "text/html" }).end("<p>");
  answers = [page, page];
  expect(await readAll(clientOf(url).chat.ask({ message: "Why?" }))).toEqual(events);
  expect(lines).toHaveLength(3);
  for (const status of [429, 503]) {
    lines.length = 0;
    answers = [({ problem }) => problem(status, "busy", { "retry-after": "0" })];
    const refused = await failureOf(readAll(clientOf(url).chat.ask({ message: "Why?" })));
    expect(isApiError(refused) && refused.status).toBe(status);
    expect(lines).toHaveLength(1);
  }
});

test("a question that can never be sent ends in a ConnectionError", async () => {
  const { url, lines } = await serve(({ beginEvents, cut }) => {
    beginEvents();
    cut();
  });
  const error = await failureOf(readAll(clientOf(url).chat.ask({ message: "Why?" })));
  expect(isConnectionError(error) && error.fault).toBe("cut");
  expect(lines).toHaveLength(1 + 8);
});

test("cut after every event, and refused now and then, the answer still comes whole", async () => {
  let busy = 0;
  const { url } = await serve(({ request, response, beginEvents, cut, problem }) => {
    const after = Number(request.headers["last-event-id"] ?? 0);
    if (after > 0 && busy++ % 2 === 0) return problem(503, "unavailable", { "retry-after": "0" });
    beginEvents();
    response.write(wireBytes(events.filter((event) => event.id === after + 1)));
    return after === 6 ? void response.end() : cut();
  });
  expect(await readAll(clientOf(url).chat.ask({ message: "Why?" }))).toEqual(events);
});

test("a body that ends early without an error is a cut as well", async () => {
  const { url } = await serve(({ request, response, beginEvents }) => {
    const after = Number(request.headers["last-event-id"] ?? 0);
    beginEvents();
    response.end(wireBytes(events.slice(after, after + 2)));
  });
  expect(await readAll(clientOf(url).chat.ask({ message: "Why?" }))).toEqual(events);
});

test("events that come twice are given once; a missing one is asked for again", async () => {
  const { url, lines } = await serve(({ line, response, beginEvents }) => {
    beginEvents();
    const [start, citations, first] = events as [ChatEvent, ChatEvent, ChatEvent];
    if (line === "POST /chat")
      response.write(wireBytes([start, start, citations, first, citations, ...events.slice(5)]));
    else response.end(wireBytes(events));
  });
  expect(await readAll(clientOf(url).chat.ask({ message: "Why?" }))).toEqual(events);
  expect(lines).toEqual(["POST /chat", "GET /chat/m1/stream"]);
});

test("an event that cannot be read is asked for again; one of a newer server is passed over", async () => {
  const { url } = await serve(({ line, response, beginEvents }) => {
    beginEvents();
    if (line === "POST /chat")
      response.write(`${wireBytes(events.slice(0, 2))}id: 3\nevent: delta\ndata: {"text":\n\n`);
    else response.end(wireBytes([{ id: 3, event: "thinking", data: {} }, ...events.slice(3)]));
  });
  const ids = (await readAll(clientOf(url).chat.ask({ message: "Why?" }))).map(({ id }) => id);
  expect(ids).toEqual([1, 2, 4, 5, 6, 7]);
});

test("a silent stream is taken for cut; pings keep it", async () => {
  const { url, lines } = await serve(({ line, response, beginEvents }) => {
    beginEvents();
    if (line !== "POST /chat") return void response.end(wireBytes(events));
    response.write(wireBytes(events.slice(0, 2)));
  });
  expect(await readAll(clientOf(url, { idleMs: 60 }).chat.ask({ message: "Why?" }))).toEqual(events);
  expect(lines).toEqual(["POST /chat", "GET /chat/m1/stream"]);
});

test("tries that bring nothing are bounded, and end in the last failure", async () => {
  let failure: (exchange: Exchange) => void = ({ cut, beginEvents }) => {
    beginEvents();
    cut();
  };
  const { url, lines } = await serve((exchange) => {
    if (exchange.line !== "POST /chat") return failure(exchange);
    exchange.beginEvents();
    exchange.response.write(wireBytes(events.slice(0, 3)));
    exchange.cut();
  });
  const cut = await failureOf(clientOf(url).chat.ask({ message: "Why?" }).final());
  expect(isConnectionError(cut) && cut.fault).toBe("cut");
  expect(lines).toHaveLength(1 + 8);

  failure = ({ problem }) => problem(503, "unavailable");
  const refused = await failureOf(clientOf(url).chat.ask({ message: "Why?" }).final());
  expect(isApiError(refused) && refused.code).toBe("unavailable");

  lines.length = 0;
  failure = ({ problem }) => problem(404, "not-found");
  const gone = await failureOf(clientOf(url).chat.ask({ message: "Why?" }).final());
  expect(isApiError(gone) && gone.code).toBe("not-found");
  expect(lines).toEqual(["POST /chat", "GET /chat/m1/stream"]);
});
