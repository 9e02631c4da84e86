// How a component that may stand before the sign-in reaches the models: `useShell()`.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ShellModel } from "./shell-model.ts";

export const ShellContext = createContext<ShellModel | null>(null);

export function useShell(): ShellModel {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("useShell() outside of <ShellContext.Provider>");
  return shell;
}
