// What the last answer told of the language model: a probe alone would not see that it lists its models and answers nothing.

type Outcome = "good" | "failed";

export interface ModelOutcome {
  record(outcome: Outcome): void;
  /** null where nobody asked lately. `at` as `performance.now()` counts. */
  last(): { outcome: Outcome; at: number } | null;
}

/** What is older tells nothing of now. */
const keptMs = 5 * 60_000;

export function createModelOutcome(): ModelOutcome {
  let last: { outcome: Outcome; at: number } | null = null;
  return {
    record(outcome) {
      last = { outcome, at: performance.now() };
    },
    last: () => (last && performance.now() - last.at < keptMs ? last : null),
  };
}
