// The parser of server-sent events against every way of cutting its bytes.
import { expect, test } from "vitest";
import { isConnectionError } from "../errors.ts";
import { createSseParser, readFrames, type SseFrame } from "../sse.ts";

const cases: { name: string; stream: string; frames: SseFrame[] }[] = [
  {
    name: "line feeds",
    stream: 'id: 1\nevent: delta\ndata: {"text":"a"}\n\nid: 2\nevent: done\ndata: {}\n\n',
    frames: [
      { id: "1", event: "delta", data: '{"text":"a"}' },
      { id: "2", event: "done", data: "{}" },
    ],
  },
  {
    name: "CRLF, a byte order mark and comments",
    stream: "\uFEFF: ping\r\n\r\n: ping\r\n\r\nid: 1\r\n: within\r\nevent: delta\r\ndata: x\r\n\r\n: ping\r\n\r\n",
    frames: [{ id: "1", event: "delta", data: "x" }],
  },
  {
    name: "lone carriage returns",
    stream: "id: 1\rdata: x\r\rid: 2\rdata: y\r\r",
    frames: [
      { id: "1", event: "message", data: "x" },
      { id: "2", event: "message", data: "y" },
    ],
  },
  {
    name: "mixed line ends",
    stream: "data: a\r\n\ndata: b\n\r\ndata: c\r\rdata: d\n\n",
    frames: ["a", "b", "c", "d"].map((data) => ({ id: null, event: "message", data })),
  },
  {
    name: "data in several lines, with and without a space, and empty",
    stream: "data: one\ndata:two\ndata:  three\ndata\ndata:\n\n",
    frames: [{ id: null, event: "message", data: "one\ntwo\n three\n\n" }],
  },
  {
    name: "characters of two, three and four bytes",
    stream: "id: 7\nevent: delta\ndata: é – 漢字 😀 👩‍👩‍👧 \u2028\u0085\n\n",
    frames: [{ id: "7", event: "delta", data: "é – 漢字 😀 👩‍👩‍👧 \u2028\u0085" }],
  },
  {
    name: "unknown fields, a colon in the value, an id with a null character, a frame without data",
    stream: "retry: 10\nfoo: bar\nbaz\ndata: a: b\nid: 1\0\n\nevent: lost\nid: 5\n\ndata: next\n\n",
    frames: [
      { id: null, event: "message", data: "a: b" },
      { id: null, event: "message", data: "next" },
    ],
  },
  {
    name: "an unfinished frame at the end",
    stream: "data: a\n\ndata: b\n",
    frames: [{ id: null, event: "message", data: "a" }],
  },
];

for (const { name, stream, frames } of cases) {
  const bytes = new TextEncoder().encode(stream);

  test(`reads ${name}, cut at every byte`, async () => {
    for (let at = 0; at <= bytes.length; at++) {
      expect(await collect([bytes.slice(0, at), bytes.slice(at)]), `cut at byte ${at}`).toEqual(frames);
    }
  });

  test(`reads ${name}, byte by byte`, async () => {
    expect(await collect([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(frames);
    expect(await collect([...bytes].flatMap((byte) => [new Uint8Array(), Uint8Array.of(byte)]))).toEqual(frames);
  });
}

test("gives a frame as soon as its blank line is there, also when a CR ends it", () => {
  const parse = createSseParser();
  expect(parse("data: a\r\r")).toHaveLength(1);
  expect(parse("\ndata: b\r\n\r")).toHaveLength(1);
  expect(parse("\n\n")).toEqual([]);
});

test("reads a frame of a megabyte that comes in small pieces", async () => {
  const text = "x".repeat(1_000_000);
  const bytes = new TextEncoder().encode(`data: ${text}\n\n`);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
    bytes.slice(i * 1000, (i + 1) * 1000),
  );
  expect((await collect(pieces))[0]?.data).toBe(text);
});

test("a silent stream is a ConnectionError, and its connection is closed", async () => {
  let cancelled = false;
  const silent = new ReadableStream<Uint8Array>({
    cancel() {
      cancelled = true;
    },
  });
  const error = await readFrames(silent, 20)
    .next()
    .catch((reason: unknown) => reason);
  expect(isConnectionError(error) && error.fault).toBe("timeout");
  expect(cancelled).toBe(true);
});

test("pings keep a stream alive", async () => {
  let pings = 0;
  const pinging = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      controller.enqueue(new TextEncoder().encode(pings++ < 10 ? ": ping\n\n" : "data: end\n\n"));
      if (pings > 10) controller.close();
    },
  });
  const frames: SseFrame[] = [];
  for await (const frame of readFrames(pinging, 200)) frames.push(frame);
  expect(frames).toEqual([{ id: null, event: "message", data: "end" }]);
});

async function collect(pieces: Uint8Array[]): Promise<SseFrame[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const frames: SseFrame[] = [];
  for await (const frame of readFrames(body, 5_000)) frames.push(frame);
  return frames;
}
