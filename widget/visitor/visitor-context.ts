// How a component of the visitor's chat reaches who is there and what the owner chose: `useVisitor()`.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { VisitorModel } from "./visitor-model.ts";

export const VisitorContext = createContext<VisitorModel | null>(null);

export function useVisitor(): VisitorModel {
  const visitor = useContext(VisitorContext);
  if (!visitor) throw new Error("useVisitor() outside of <VisitorContext.Provider>");
  return visitor;
}
