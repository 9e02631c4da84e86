// What the parts of an answer need from around it: its citations, and what pressing or pointing at one does.
import type { Citation } from "@pagewise/sdk/contract";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export interface AnswerSurroundings {
  find(index: number): Citation | undefined;
  /** Opens the page at this citation. */
  open(citation: Citation): void;
  /** Shows the quote beside its chip; null takes it away. */
  peek(citation: Citation, anchor: HTMLElement, how: "pointer" | "focus"): void;
  unpeek(how: "pointer" | "focus"): void;
}

export const AnswerContext = createContext<AnswerSurroundings | null>(null);

export function useAnswer(): AnswerSurroundings {
  const surroundings = useContext(AnswerContext);
  if (!surroundings) throw new Error("useAnswer() outside of <AnswerContext.Provider>");
  return surroundings;
}
