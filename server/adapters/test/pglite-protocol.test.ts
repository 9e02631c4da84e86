// Cutting what a driver writes into whole calls, however it arrives.
import { expect, test } from "vitest";
import { createBatchReader } from "../pglite-protocol.ts";

const message = (type: string, body: string | Buffer = "") => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + Buffer.byteLength(body));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
};
const startup = message("", Buffer.from([0, 3, 0, 0, ...Buffer.from("user\0postgres\0\0")]));
const extended = Buffer.concat([
  message("P", "\0select $1\0\0\0"),
  message("B", "x".repeat(1_000)),
  message("D", "P\0"),
  message("E", "\0\0\0\0\0"),
  message("S"),
]);
const query = message("Q", "select 1\0");
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

const written = Buffer.concat([sslRequest, startup, extended, query, message("X")]);
const calls = [
  { type: "refuse" },
  ...[startup, extended, query].map((part) => ({ type: "messages", bytes: new Uint8Array(part) })),
];

test("one write that holds everything gives each call whole, and no farewell", () => {
  expect(createBatchReader()(written)).toEqual(calls);
});

test("the same calls come out whatever the writes are cut at", () => {
  for (const size of [1, 3, 7, 100, 512]) {
    const read = createBatchReader();
    const chunks = Array.from({ length: Math.ceil(written.length / size) }, (_value, n) =>
      written.subarray(n * size, (n + 1) * size),
    );
    expect(chunks.flatMap(read)).toEqual(calls);
  }
});

test("an unfinished query gives no call", () => {
  const read = createBatchReader();
  read(startup);
  expect(read(extended.subarray(0, extended.length - 1))).toEqual([]);
});
