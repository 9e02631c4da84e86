import type { Context } from "koa";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import { Problem } from "../../problem.ts";
import { documentId, encodeCursor, paging, queryReader, readCursor } from "../parameters.ts";
import { validate } from "../validate.ts";

/** What is read of a request, from a real query string. */
function requestWith(search: string): Context {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(new URLSearchParams(search).keys())) {
    const values = new URLSearchParams(search).getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return { query } as unknown as Context;
}

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("gives the value as the schema makes it", () => {
  expect(validate(z.object({ a: z.string().trim() }), { a: " x ", b: 1 })).toEqual({ a: "x" });
});

test("names every fault by a pointer that survives odd names", () => {
  const schema = z.object({ list: z.array(z.object({ "a/b~c": z.number() })), name: z.string() });
  const problem = problemOf(() => validate(schema, { list: [{ "a/b~c": 1 }, { "a/b~c": "x" }] }));
  expect(problem.code).toBe("invalid-request");
  expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(["/list/1/a~1b~0c", "/name"]);
});

test("takes ids of ours, and everything else does not exist", () => {
  const id = uuidv7();
  expect(documentId.read(id.toUpperCase())).toBe(id);
  for (const odd of [undefined, "", "1", "' or 1=1", `${id}x`, "../x", "null"])
    expect(problemOf(() => documentId.read(odd)).code).toBe("document-not-found");
});

test("reads each parameter that is declared, once", () => {
  const read = queryReader(z.object({ q: z.string().optional() }));
  expect(read(requestWith("q=a&other=b"))).toEqual({ q: "a" });
  expect(read(requestWith("q="))).toEqual({});
  expect(problemOf(() => read(requestWith("q=a&q=b"))).errors?.[0]?.pointer).toBe("/q");
  expect(problemOf(() => read(requestWith("q=%00"))).errors?.[0]?.pointer).toBe("/q");
});

test("pages begin at the start, with fifty", () => {
  const read = queryReader(z.object(paging));
  expect(read(requestWith(""))).toEqual({ limit: 50 });
  expect(readCursor(undefined, {})).toBeNull();
  expect(read(requestWith("limit=100")).limit).toBe(100);
  const loose = ["1e1", "0x10", "0b11", "+5", "%205", "5%20", "5.0", "1_0", "%D9%A5", "true", "null"];
  for (const limit of ["0", "101", "-1", "1.5", "x", "1e9", "Infinity", ...loose, "9".repeat(400)]) {
    const { status, errors } = problemOf(() => read(requestWith(`limit=${limit}`)));
    expect([status, errors?.[0]?.pointer], limit).toEqual([422, "/limit"]);
  }
});

test("a cursor goes on where it was made, under the same filters only", () => {
  const id = uuidv7();
  const cursor = encodeCursor(id, { status: "ready", q: undefined });
  expect(readCursor(cursor, { status: "ready" })).toBe(id);
  const position = z.object({ at: z.number(), id: z.uuid() });
  const other = encodeCursor({ at: 5, id }, {});
  expect(readCursor(other, {}, position)).toEqual({ at: 5, id });
  const bad = [
    () => readCursor(cursor, {}),
    () => readCursor(cursor, { status: "failed" }),
    () => readCursor(cursor, { status: "ready" }, position),
    () => readCursor(encodeCursor("' or true", {}), {}),
    () => readCursor("nonsense", {}),
    () => readCursor(id, {}),
  ];
  for (const read of bad) expect(problemOf(read).errors?.[0]?.pointer).toBe("/cursor");
});
