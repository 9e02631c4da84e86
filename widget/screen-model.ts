// Which screen fills the widget, and what may keep somebody from leaving it: changes that nobody has saved.
import type { Id } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export type Screen = { at: "workspace" } | { at: "embeds" } | { at: "embed"; id: Id } | { at: "account" };

export interface ScreenModel {
  screen: ReadonlySignal<Screen>;
  /** Leaving the screen would lose something. */
  unsaved: Signal<boolean>;
  /** Where somebody wants to go while something is unsaved: they are asked first. */
  asked: ReadonlySignal<Screen | null>;
  /** Goes there, or asks whether to. @returns whether it went. */
  go(to: Screen): boolean;
  /** The answer to `asked`: go there, and let the unsaved go. */
  leave(): void;
  /** The other answer. */
  stay(): void;
  /** Back to how it begins, whatever is unsaved. */
  reset(): void;
}

export function createScreens(): ScreenModel {
  const screen = signal<Screen>({ at: "workspace" });
  const unsaved = signal(false);
  const asked = signal<Screen | null>(null);
  const move = (to: Screen) =>
    batch(() => {
      unsaved.value = false;
      asked.value = null;
      screen.value = to;
    });
  return {
    screen,
    unsaved,
    asked,
    go(to) {
      if (unsaved.peek()) asked.value = to;
      else move(to);
      return asked.peek() === null;
    },
    leave: () => move(asked.peek() ?? screen.peek()),
    stay: () => {
      asked.value = null;
    },
    reset: () => move({ at: "workspace" }),
  };
}
