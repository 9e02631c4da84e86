// Waiting for what comes by itself, as long as a slow machine may take.
import { vi } from "vitest";

/** Tries `check` until it passes; fails with what it last said. */
export function eventually<T>(check: () => T | Promise<T>, timeoutMs = 15_000): Promise<T> {
  return vi.waitFor(check, { timeout: timeoutMs, interval: 20 });
}
