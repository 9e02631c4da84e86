import { expect, test } from "vitest";
import { createGate } from "../gate.ts";

test("a bounded number is inside, the others follow in order, and an abort lets its own through to end itself", async () => {
  const gate = createGate(2, 2);
  const order: string[] = [];
  const enter = (name: string, signal = new AbortController().signal) =>
    gate.enter(signal).then((leave) => {
      order.push(name);
      return leave;
    });
  const leaveA = await enter("a");
  await enter("b");
  const abort = new AbortController();
  const c = enter("c", abort.signal);
  const d = enter("d");
  expect(gate.full()).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(["a", "b"]);
  abort.abort();
  const leaveC = await c;
  expect(gate.full()).toBe(false);
  leaveC();
  leaveC();
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(["a", "b", "c"]);
  leaveA();
  await d;
  expect(order).toEqual(["a", "b", "c", "d"]);
});
