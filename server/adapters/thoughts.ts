// Leaves out what a model thought before its answer, where a server passes that on as text between <think> and </think>.

const opening = "<think>";
const closing = "</think>";

export interface ThoughtReader {
  /** @returns text of the answer. */
  push(text: string): string;
  /** @returns what was held back and is no thought after all. */
  end(): string;
}

export function createThoughtReader(): ThoughtReader {
  let held = "";
  let state: "before" | "thinking" | "answering" = "before";

  const answer = (): string => {
    const text = held;
    held = "";
    return text;
  };
  return {
    push(text) {
      held += text;
      if (state === "before") {
        const begun = held.trimStart();
        if (begun.startsWith(opening)) state = "thinking";
        else if (!opening.startsWith(begun)) state = "answering";
      }
      if (state === "thinking") {
        const end = held.indexOf(closing);
        // Of a long thought only what may be half a mark is kept.
        held = end < 0 ? held.slice(-closing.length) : held.slice(end + closing.length);
        if (end >= 0) state = "answering";
      }
      return state === "answering" ? answer() : "";
    },
    end: () => (state === "before" ? answer() : ""),
  };
}

export function withoutThoughts(text: string): string {
  const reader = createThoughtReader();
  return reader.push(text) + reader.end();
}
