// What the parts of an answer need from around it: its citations, and what pressing or pointing at one does.
import type { Citation, Id } from "@pagewise/sdk/contract";
import type { ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export interface AnswerSurroundings {
  find(index: number): Citation | undefined;
  /** What its documents are called beside a number; empty where all is from one. */
  names: ReadonlySignal<ReadonlyMap<Id, string>>;
  /** Opens the page at this citation. */
  open(citation: Citation): void;
  /** Shows the quote beside its chip; null: that there is none. */
  peek(citation: Citation | null, anchor: HTMLElement, how: "pointer" | "focus"): void;
  unpeek(how: "pointer" | "focus"): void;
}

export const AnswerContext = createContext<AnswerSurroundings | null>(null);

export function useAnswer(): AnswerSurroundings {
  const surroundings = useContext(AnswerContext);
  if (!surroundings) throw new Error("useAnswer() outside of <AnswerContext.Provider>");
  return surroundings;
}
