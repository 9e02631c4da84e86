import { expect, test } from "vitest";
import { createDeltaWriter } from "../delta-writer.ts";

test("few deltas go out one by one, in order", async () => {
  const sent: string[] = [];
  const writer = createDeltaWriter(async (text) => {
    sent.push(text);
  });
  for (const text of ["a", "b", "c"]) {
    writer.write(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.flush();
  expect(sent).toEqual(["a", "b", "c"]);
});

test("a flood is joined, and nothing is lost", async () => {
  const sent: string[] = [];
  const writer = createDeltaWriter(async (text) => {
    sent.push(text);
  });
  let all = "";
  for (let i = 0; i < 5000; i++) {
    writer.write(`${i} `);
    all += `${i} `;
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.flush();
  expect(sent.join("")).toBe(all);
  expect(sent.length).toBeLessThan(1000);
});

test("one delta at a time, also when the log is slow", async () => {
  let inside = 0;
  let most = 0;
  const writer = createDeltaWriter(async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside--;
  });
  for (let i = 0; i < 20; i++) writer.write("x");
  await writer.flush();
  expect(most).toBe(1);
});

test("a delta that cannot be sent ends the writing", async () => {
  const writer = createDeltaWriter(async () => {
    throw new Error("the log is gone");
  });
  writer.write("a");
  await expect(writer.flush()).rejects.toThrow("the log is gone");
});
