// The command that measures answers: what it does without sets, and how it tells whether a sentence stands on its page.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { groundingOf, statementsOf } from "../eval-grounding.mjs";
import { tablesOf } from "../eval-report.mjs";

test("without sets it ends with a sentence that says what to name", async () => {
  const empty = await mkdtemp(join(tmpdir(), "pagewise-eval-"));
  const run = promisify(execFile)(process.execPath, ["bench/eval.mjs", empty]);
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`no question sets in ${empty}`) });
  await rm(empty, { recursive: true });
});

test("an answer is cut at its marks and lines, and what no mark follows is cited by nobody", () => {
  expect(statementsOf("One. Two [1][3] Three. [2]\n- Four [1]\nFive")).toEqual([
    { text: "One. Two", cited: [1, 3] },
    { text: "Three.", cited: [2] },
    { text: "- Four", cited: [1] },
    { text: "Five", cited: [] },
  ]);
});

test("a sentence stands on its page by its letters and figures, and not on another one", () => {
  const citations = [
    { document: "a.pdf", page: 1 },
    { document: "a.pdf", page: 2 },
  ];
  const pages = new Map([
    ["a.pdf 1", "netsalesrosetoth12inmarchtheboardmet"],
    ["a.pdf 2", "thechairleft"],
  ]);
  const of = (text: string) =>
    groundingOf([{ id: "1", scope: "document", refused: false, text, citations }], pages).map(({ stands }) => stands);
  expect(of("Net sales rose to TH 12. [1] The chair left. [2]")).toEqual([true, true]);
  expect(of("The board met. Net sales rose. [1]")).toEqual([true]);
  expect(of("The chair left. [1] Net sales fell. [1] The board met.")).toEqual([false, false, false]);
  expect(of("The chair left [7]")).toEqual([false]);
  // The title of a document that is compared, and no other bold words.
  expect(of("**A 2022**\n\nThe chair left. [2]")).toEqual([true]);
  expect(of("**Net sales fell** [1]")).toEqual([false]);
  expect(groundingOf([{ id: "1", scope: "document", refused: true, text: "Nothing.", citations }], pages)).toEqual([]);
});

test("a row says where a baseline is better, to the tenth that is shown", () => {
  const rows = [
    { title: "worse", value: 0.5, low: 0.4, high: 0.6, best: 0.501, system: "peer" },
    { title: "the same", value: 0.5, low: 0.4, high: 0.6, best: 0.50004, system: "peer" },
    { title: "alone", value: Number.NaN },
  ];
  const scored = [{ scope: "library", questions: 2, answerable: 1, rows, times: { median: 1, p95: 2 } }];
  const [table = ""] = tablesOf("a set", scored);
  expect(table).toMatch(/Behind the best baseline in 1 row\./);
  expect(table).toMatch(/\| worse +\| 50\.0 +\| 40\.0 to 60\.0 +\| 50\.1 +\| \*\*behind\*\* peer +\|/);
  expect(table).toMatch(/\| the same +\| 50\.0 +\| 40\.0 to 60\.0 +\| 50\.0 +\| peer +\|/);
  expect(table).toMatch(/\| alone +\| – +\|/);
});
