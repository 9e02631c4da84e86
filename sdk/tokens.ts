// Where the pair of tokens lives between calls: in memory, or in localStorage and shared between tabs.
import type { TokenPair } from "./contract.ts";

/** Holds the tokens of one sign-in. Bring your own for another place; `get` is asked before every call. */
export interface TokenStore {
  get(): TokenPair | null;
  set(tokens: TokenPair | null): void;
  /** Calls `listener` when somebody else (another tab) changed the tokens. @returns how to stop listening. */
  subscribe?(listener: () => void): () => void;
}

/** Tokens that end with the page: the default, and the right one on a page of another origin. */
export function memoryTokens(): TokenStore {
  return inMemory<TokenPair>();
}

/**
 * Tokens in localStorage under `key`, shared by all tabs of the origin; where storage is blocked or absent, in memory.
 * Only for Pagewise's own origin: every script of the page can read them.
 */
export function localStorageTokens(key: string): TokenStore {
  return {
    ...inStorage(key, parsePair, JSON.stringify),
    subscribe(listener) {
      if (typeof addEventListener !== "function") return () => {};
      // A null key: the whole storage was cleared.
      const changed = (event: StorageEvent) => {
        if (event.key === key || event.key === null) listener();
      };
      addEventListener("storage", changed);
      return () => removeEventListener("storage", changed);
    },
  };
}

interface Held<T> {
  get(): T | null;
  set(value: T | null): void;
}

/** One value until the page goes. */
export function inMemory<T>(): Held<T> {
  let held: T | null = null;
  return {
    get: () => held,
    set(value) {
      held = value;
    },
  };
}

/** One value in localStorage under `key`; what could not be stored (storage blocked or full) stands in memory. */
export function inStorage<T>(key: string, read: (text: string) => T | null, write: (value: T) => string): Held<T> {
  const memory = inMemory<T>();
  return {
    get() {
      const text = memory.get() === null ? attempt(() => localStorage.getItem(key)) : null;
      return text === null ? memory.get() : read(text);
    },
    set(value) {
      const stored = attempt(() => {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, write(value));
        return true;
      });
      memory.set(stored ? null : value);
    },
  };
}

// Touching `localStorage` throws where the browser blocks it.
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

function parsePair(text: string): TokenPair | null {
  const pair = attempt(() => JSON.parse(text) as Partial<TokenPair> | null);
  const whole = typeof pair?.access_token === "string" && typeof pair.refresh_token === "string";
  return whole ? (pair as TokenPair) : null;
}

/** Whose tokens these are; "" where the token does not say, null without tokens. */
export function subjectOf(pair: TokenPair | null): string | null {
  return pair && String(claimsOf(pair.access_token).sub ?? "");
}

/** Read, not checked: only to tell one person's token from another's, and to know its end. */
export function claimsOf(accessToken: string): { sub?: string; exp?: number } {
  const payload = (accessToken.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  return attempt(() => JSON.parse(atob(payload)) as { sub?: string; exp?: number } | null) ?? {};
}
