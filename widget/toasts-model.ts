// Short notices at the foot of the widget, each with at most one action.
import { type ReadonlySignal, signal } from "@preact/signals";

interface ToastOptions {
  bad?: boolean;
  action?: { label: string; run: () => void };
  /** Default 5,000; longer where there is an action to reach. */
  ms?: number;
}

interface Toast extends ToastOptions {
  id: number;
  text: string;
}

export interface ToastsModel {
  toasts: ReadonlySignal<Toast[]>;
  /** Returns a function that takes the toast away. */
  toast(text: string, options?: ToastOptions): () => void;
  clear(): void;
}

/** At most three at once: the oldest gives way. */
export function createToasts(): ToastsModel {
  const toasts = signal<Toast[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let last = 0;

  const drop = (id: number) => {
    clearTimeout(timers.get(id));
    timers.delete(id);
    toasts.value = toasts.peek().filter((toast) => toast.id !== id);
  };

  return {
    toasts,
    toast(text, options = {}) {
      const id = ++last;
      toasts.value = [...toasts.peek().slice(-2), { ...options, id, text }];
      timers.set(id, setTimeout(drop, options.ms ?? (options.action ? 8_000 : 5_000), id));
      return () => drop(id);
    },
    clear() {
      for (const timer of timers.values()) clearTimeout(timer);
      toasts.value = [];
    },
  };
}
