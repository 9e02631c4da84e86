// Light, dark, or as the device is: chosen by the reader, remembered on our own origin only.
import { effect, type Signal, signal } from "@preact/signals";
import type { Theme } from "./api.ts";

const key = "pagewise.theme";

export function createTheme(given: Theme | undefined, remember: boolean): { theme: Signal<Theme>; dispose(): void } {
  const theme = signal<Theme>((remember && recall()) || given || "auto");
  const dispose = effect(() => {
    if (remember) store(theme.value);
  });
  return { theme, dispose };
}

function recall(): Theme | null {
  try {
    const stored = localStorage.getItem(key);
    return stored === "light" || stored === "dark" ? stored : null;
  } catch {
    return null; // storage is blocked
  }
}

function store(theme: Theme) {
  try {
    if (theme === "auto") localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Storage is blocked: the choice holds for this visit.
  }
}
