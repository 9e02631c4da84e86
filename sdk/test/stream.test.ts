// Answers and live lists over a real connection: reading, leaving, aborting, refusing.
import { expect, test } from "vitest";
import { isApiError } from "../index.ts";
import { done, events, frame, problemEvent, text, wireBytes } from "./answer.ts";
import { clientOf, failureOf, readAll } from "./calls.ts";
import { serve, until } from "./server.ts";

test("an answer comes event by event, and whole", async () => {
  const { url, lines } = await serve(({ response, beginEvents, body, request }) => {
    expect(JSON.parse(String(body))).toEqual({ message: "Why?", document_ids: ["d1"] });
    expect(request.headers.accept).toBe("text/event-stream");
    beginEvents();
    response.end(wireBytes(events));
  });
  const client = clientOf(url);
  const stream = client.chat.ask({ message: "Why?", document_ids: ["d1"] });
  expect(stream.messageId).toBeNull();
  expect(lines).toEqual([]);
  expect(await readAll(stream)).toEqual(events);
  expect(stream.messageId).toBe("m1");
  const citations = events[1]?.event === "citations" ? events[1].data.citations : [];
  expect(await stream.final()).toEqual({ text, citations, cited: [1], done: done.data });
  expect(await client.chat.ask({ message: "Why?", document_ids: ["d1"] }).final()).toMatchObject({ text });
  expect(lines).toEqual(["POST /chat", "POST /chat"]);
});

test("a stream is read once: a second loop is an error that says so", async () => {
  const { url } = await serve(({ response, beginEvents }) => {
    beginEvents();
    response.end(wireBytes(events));
  });
  const stream = clientOf(url).chat.ask({ message: "Why?" });
  await readAll(stream);
  await expect(readAll(stream)).rejects.toThrow(/read once/);
});

test("an event is given when it comes, not when the answer ends", async () => {
  let finish = () => {};
  const { url } = await serve(({ response, beginEvents }) => {
    beginEvents();
    response.write(wireBytes(events.slice(0, 3)));
    finish = () => response.end(wireBytes(events.slice(3)));
  });
  const seen: number[] = [];
  for await (const event of clientOf(url).chat.ask({ message: "Why?" })) {
    seen.push(event.id);
    if (event.id === 3) finish();
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("an error event is an event in the loop, and an ApiError with the text that holds in final()", async () => {
  const { url, lines } = await serve(({ response, beginEvents }) => {
    beginEvents();
    response.end(wireBytes([...events.slice(0, 4), problemEvent]));
  });
  const stream = clientOf(url).chat.ask({ message: "Why?" });
  expect((await readAll(stream)).at(-1)).toEqual(problemEvent);
  const error = await failureOf(stream.final());
  expect(isApiError(error) && [error.code, error.status, error.requestId, error.text]).toEqual([
    "model-failed",
    502,
    "r9",
    "Größe – ",
  ]);
  expect(lines).toHaveLength(1);
});

test("a refusal before the first byte is an ApiError, and the question is not repeated", async () => {
  const { url, lines } = await serve(({ problem }) => problem(503, "unavailable", { "retry-after": "0" }));
  const error = await failureOf(readAll(clientOf(url).chat.ask({ message: "Why?" })));
  expect(isApiError(error) && error.code).toBe("unavailable");
  expect(lines).toEqual(["POST /chat"]);
});

test("a page instead of a stream is an ApiError", async () => {
  const { url } = await serve(
    ({ response }) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
  );
  const error = await failureOf(clientOf(url).chat.ask({ message: "Why?" }).final());
  expect(isApiError(error) && error.code).toBe("unexpected-response");
});

test("leaving the loop closes the connection and sends nothing more", async () => {
  let closed = false;
  const { url, lines } = await serve(({ response, beginEvents }) => {
    response.on("close", () => {
      closed = true;
    });
    beginEvents();
    response.write(wireBytes(events.slice(0, 3)));
  });
  const stream = clientOf(url).chat.ask({ message: "Why?" });
  for await (const event of stream) if (event.event === "delta") break;
  await until("the server sees the connection closed", () => closed);
  expect(lines).toEqual(["POST /chat"]);
  await expect(stream.final()).rejects.toThrow(/left before its end/);
});

test("return() ends a next() that waits", async () => {
  const { url } = await serve(({ response, beginEvents }) => {
    beginEvents();
    response.write(wireBytes(events.slice(0, 1)));
  });
  const iterator = clientOf(url).chat.ask({ message: "Why?" })[Symbol.asyncIterator]();
  await iterator.next();
  const waiting = iterator.next();
  await iterator.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test("an aborted signal ends reading with its reason, in the stream, between tries and before the start", async () => {
  let closed = 0;
  const { url, lines } = await serve(({ line, response, beginEvents, problem }) => {
    response.on("close", () => closed++);
    if (line.startsWith("GET")) return problem(503, "unavailable", { "retry-after": "20" });
    beginEvents();
    response.write(wireBytes(events.slice(0, 2)));
  });
  const reason = new Error("enough");
  for (const idleMs of [5_000, 30]) {
    const controller = new AbortController();
    const reading = failureOf(
      clientOf(url, { idleMs }).chat.ask({ message: "Why?" }, { signal: controller.signal }).final(),
    );
    await until("the question is there", () => lines.at(-1) === (idleMs > 100 ? "POST /chat" : "GET /chat/m1/stream"));
    controller.abort(reason);
    expect(await reading).toBe(reason);
  }
  await until("the connections are closed", () => closed === lines.length);
  lines.length = 0;
  const stream = clientOf(url).chat.ask({ message: "Why?" }, { signal: AbortSignal.abort(reason) });
  expect(await failureOf(readAll(stream))).toBe(reason);
  expect(lines).toEqual([]);
});

test("resume begins after the event it is told, or from the start; regenerate and stop have their calls", async () => {
  const asked: (string | undefined)[] = [];
  const { url, lines } = await serve(({ line, request, response, beginEvents, json }) => {
    if (line.endsWith("/stop")) return json(204, null);
    asked.push(request.headers["last-event-id"] as string | undefined);
    beginEvents();
    const after = Number(request.headers["last-event-id"] ?? 0);
    response.end(wireBytes(after > 7 ? events.slice(-1) : events.filter(({ id }) => id > after)));
  });
  const { chat } = clientOf(url);
  const resumed = chat.resume("m1", { after: 4 });
  expect(resumed.messageId).toBe("m1");
  expect((await readAll(resumed)).map(({ id }) => id)).toEqual([5, 6, 7]);
  expect(await chat.resume("m1").final()).toMatchObject({ text });
  // Beyond the end the server repeats the end.
  expect((await readAll(chat.resume("m1", { after: 40 }))).map(({ id }) => id)).toEqual([7]);
  expect(await chat.regenerate("m1").final()).toMatchObject({ text });
  await chat.stop("m1");
  expect(asked).toEqual(["4", undefined, "40", undefined]);
  expect(lines).toEqual([
    "GET /chat/m1/stream",
    "GET /chat/m1/stream",
    "GET /chat/m1/stream",
    "POST /chat/m1/regenerate",
    "POST /chat/m1/stop",
  ]);
});

test("the live list of documents comes again after a cut, with a fresh snapshot", async () => {
  let connections = 0;
  const { url } = await serve(({ response, beginEvents, cut, problem }) => {
    connections++;
    if (connections === 2) return problem(503, "unavailable");
    beginEvents();
    response.write(frame({ id: 1, event: "snapshot", data: { documents: [{ id: `d${connections}` }] } }));
    response.write(frame({ id: 2, event: "document", data: { id: "d", deleted: true } }));
    if (connections === 1) cut();
  });
  const seen: unknown[] = [];
  for await (const { event, data } of clientOf(url).documents.events()) {
    seen.push([event, data]);
    if (seen.length === 4) break;
  }
  const deleted = ["document", { id: "d", deleted: true }];
  expect(seen).toEqual([
    ["snapshot", { documents: [{ id: "d1" }] }],
    deleted,
    ["snapshot", { documents: [{ id: "d3" }] }],
    deleted,
  ]);
});

test("the live list ends with an ApiError where the server refuses, and with the signal's reason", async () => {
  const { url } = await serve(({ line, problem, beginEvents }) =>
    line.includes("events") && url404 ? problem(404, "not-found") : beginEvents(),
  );
  let url404 = true;
  const drain = async (signal?: AbortSignal) => {
    for await (const _ of clientOf(url).documents.events({ signal }));
  };
  const error = await failureOf(drain());
  expect(isApiError(error) && error.status).toBe(404);
  url404 = false;
  const controller = new AbortController();
  const waiting = failureOf(drain(controller.signal));
  setTimeout(() => controller.abort("enough"), 30);
  expect(await waiting).toBe("enough");
});
