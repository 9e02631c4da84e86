// How a component reaches the models: `useApp()`.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AppModel } from "./app-model.ts";

export const AppContext = createContext<AppModel | null>(null);

export function useApp(): AppModel {
  const app = useContext(AppContext);
  if (!app) throw new Error("useApp() outside of <AppContext.Provider>");
  return app;
}
