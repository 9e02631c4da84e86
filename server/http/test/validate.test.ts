import type { Context } from "koa";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import { Problem } from "../../problem.ts";
import { encodeCursor, pageQuery, pathId, queryValue, validate } from "../validate.ts";

/** What these functions read of a request, from a real query string. */
function requestWith(search: string, params: Record<string, string> = {}): Context {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(new URLSearchParams(search).keys())) {
    const values = new URLSearchParams(search).getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return { query, params } as unknown as Context;
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
  expect(pathId(requestWith("", { id: id.toUpperCase() }), "id")).toBe(id);
  for (const odd of ["", "1", "' or 1=1", `${id}x`, "../x", "null"])
    expect(problemOf(() => pathId(requestWith("", { id: odd }), "id", "document-not-found")).code).toBe(
      "document-not-found",
    );
});

test("reads one value of a parameter", () => {
  expect(queryValue(requestWith("q=a"), "q")).toBe("a");
  expect(queryValue(requestWith("q="), "q")).toBeUndefined();
  expect(problemOf(() => queryValue(requestWith("q=a&q=b"), "q")).code).toBe("invalid-request");
  expect(problemOf(() => queryValue(requestWith("q=%00"), "q")).code).toBe("invalid-request");
});

test("pages begin at the start, with fifty", () => {
  expect(pageQuery(requestWith(""), {})).toEqual({ limit: 50, cursor: null });
  expect(pageQuery(requestWith("limit=100"), {}).limit).toBe(100);
  for (const limit of ["0", "101", "-1", "1.5", "x", "1e9", "Infinity"])
    expect(problemOf(() => pageQuery(requestWith(`limit=${limit}`), {})).errors?.[0]?.pointer).toBe("/limit");
});

test("a cursor goes on where it was made, under the same filters only", () => {
  const id = uuidv7();
  const cursor = encodeCursor(id, { status: "ready", q: undefined });
  expect(pageQuery(requestWith(`cursor=${cursor}`), { status: "ready" }).cursor).toBe(id);
  const position = z.object({ at: z.number(), id: z.uuid() });
  const other = encodeCursor({ at: 5, id }, {});
  expect(pageQuery(requestWith(`cursor=${other}`), {}, position).cursor).toEqual({ at: 5, id });
  const bad = [
    () => pageQuery(requestWith(`cursor=${cursor}`), {}),
    () => pageQuery(requestWith(`cursor=${cursor}`), { status: "failed" }),
    () => pageQuery(requestWith(`cursor=${cursor}`), { status: "ready" }, position),
    () => pageQuery(requestWith(`cursor=${encodeCursor("' or true", {})}`), {}),
    () => pageQuery(requestWith("cursor=nonsense"), {}),
    () => pageQuery(requestWith(`cursor=${id}`), {}),
  ];
  for (const read of bad) expect(problemOf(read).errors?.[0]?.pointer).toBe("/cursor");
});
