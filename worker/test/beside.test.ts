import { expect, test } from "vitest";
import { runBeside } from "../beside.ts";

/** A step that goes on until it is told how to end. */
function heldStep() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const beside = runBeside(() => new Promise((resolve, reject) => ends.push({ resolve, reject })));
  return { beside, ends };
}

test("one step at a time, begun again only when the last has ended", async () => {
  const { beside, ends } = heldStep();
  await beside.settled();
  beside.begin();
  beside.begin();
  expect(ends).toHaveLength(1);
  ends[0]?.resolve();
  await beside.settled();
  beside.begin();
  expect(ends).toHaveLength(2);
  ends[1]?.resolve();
  await beside.settled();
});

test("a failure reaches whoever waits, and whoever comes later", async () => {
  const { beside, ends } = heldStep();
  beside.begin();
  const waiting = beside.settled();
  ends[0]?.reject(new Error("no room"));
  await expect(waiting).rejects.toThrow("no room");
  expect(() => beside.begin()).toThrow("no room");
  await expect(beside.settled()).rejects.toThrow("no room");
  expect(ends).toHaveLength(1);
});
