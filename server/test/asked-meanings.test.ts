// Sentences that say what something is, or give it its name.
import { expect, test } from "vitest";
import { calledSo, isDefined } from "../asked-meanings.ts";

test.each([
  ["A shoal is called a flock if it has a leader.", "What is a flock?"],
  ["A field is said to be fallow when nothing is sown on it.", "When is a field called fallow?"],
  ["We call a tide that meets another a seam, and mark it in blue.", "What is a seam?"],
  ["Ein Gehege heißt geschlossen, wenn sein Zaun keine Lücke hat.", "Wann heißt ein Gehege geschlossen?"],
  ["Ein Weg heißt Ringweg, wenn er\nendet, wo er beginnt.", "Was ist ein Ringweg?"],
  ["We propose TIDEFIT, a method that learns the hour of a tide.", "What is TideFit?"],
])("%s", (text, question) => {
  expect(calledSo(text, question)).toBe(1);
});

test("a name of which more is said is given less surely", () => {
  const narrowed = calledSo("A shoal is called a flock with a tail if it has two leaders.", "What is a flock?");
  expect(narrowed).toBeGreaterThan(0);
  expect(narrowed).toBeLessThan(1);
});

test.each([
  ["A shoal is called a flock if each part of it is a flock.", "What is a flock?"],
  ["A shoal is called a flocking if it has a leader.", "What is a flock?"],
  ["A shoal is not called to the flock.", "What is a flock?"],
  ["The method is called by its author.", "What is TideFit?"],
  ["A flock is called after its leader.", "How large is a flock?"],
])("what says nothing of it: %s", (text, question) => {
  expect(calledSo(text, question)).toBe(0);
});

test("what stands between a thing and what it is may say where", () => {
  expect(isDefined("Ein Ringweg in W ist ein Weg ohne Ende.", "Was ist ein Ringweg?")).toBe(true);
  expect(isDefined("Ein Ringweg in Wien ist gesperrt.", "Was ist ein Ringweg?")).toBe(false);
});
