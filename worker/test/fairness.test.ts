// Two users with much waiting: each gets its turn, whatever the number of slots.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DocumentModel } from "../../server/models/document.ts";
import { makePdf } from "../../server/test/pdf.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const waiting = 30;

test.each([1, 2])("with %i at once, neither waits for the other's whole queue", { timeout: 120_000 }, async (slots) => {
  const early = await bench.addUser();
  const late = await bench.addUser();
  const file = makePdf(["A page with a few words"]);
  for (const [age, user] of [
    [2, early],
    [1, late],
  ] as const) {
    for (let n = 0; n < waiting; n++) {
      await bench.addDocument(user, file, { next_attempt_at: new Date(Date.now() - age * 3_600_000 + n) });
    }
  }
  await bench.startWorker({ concurrency: slots });
  const order = () => DocumentModel.query(bench.db).where("status", "ready").orderBy("processed_at");
  const rows = await until(order, ({ length }) => length === 2 * waiting, 100_000);
  let ahead = 0;
  let most = 0;
  for (const { user_id } of rows) {
    ahead += user_id === early ? 1 : -1;
    most = Math.max(most, Math.abs(ahead));
  }
  // Turns, but for what ends in another order than it was begun in.
  expect(most).toBeLessThanOrEqual(4);
});
