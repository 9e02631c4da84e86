// How a component that may stand before everything else reaches the models: `useShell()`, and `useAccount()` for who signs in.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AccountShell } from "./account-shell.ts";
import type { ShellModel } from "./shell-model.ts";

export const ShellContext = createContext<ShellModel | null>(null);
export const AccountContext = createContext<AccountShell | null>(null);

export function useShell(): ShellModel {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("useShell() outside of <ShellContext.Provider>");
  return shell;
}

export function useAccount(): AccountShell {
  const shell = useContext(AccountContext);
  if (!shell) throw new Error("useAccount() outside of <AccountContext.Provider>");
  return shell;
}
