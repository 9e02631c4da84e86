// Who is signed in: the token of each call, one shared refresh after a 401, and word of the session's end.
import type { TokenPair } from "./contract.ts";
import { createDeadline, type Deadline, unlessAborted } from "./deadline.ts";
import { apiErrorFrom, isConnectionError, unexpectedResponse } from "./errors.ts";
import type { TokenStore } from "./tokens.ts";

/** `expired`: the refresh was refused; `logged-out`: here; `elsewhere`: another tab signed out or in as someone else. */
export type SessionEnd = "expired" | "logged-out" | "elsewhere";

/** A host page's own tokens. Asked before every call; `refresh` is set after the last one was refused with 401. */
export type GetToken = (options: { refresh: boolean }) => Promise<string>;

export interface Session {
  signedIn(): boolean;
  start(pair: TokenPair): void;
  /** Forgets the tokens at once. @returns the refresh token, for the server to forget too. */
  end(reason: SessionEnd): string | null;
  onEnd(listener: (reason: SessionEnd) => void): () => void;
  /** Calls `send` with the token, and after a 401 once more with a new one. */
  authorized(send: (token: string | null) => Promise<Response>, signal: AbortSignal): Promise<Response>;
  /** Refreshes beforehand where the token ends within `ms`: a large body should not be sent for a 401. */
  ensureFreshFor(ms: number, signal: AbortSignal): Promise<void>;
}

export interface SessionDeps {
  tokens: TokenStore;
  getToken: GetToken | undefined;
  /** POST /users/refresh. */
  postRefresh(refreshToken: string, deadline: Deadline): Promise<Response>;
  /** The same for all tabs that share the tokens. */
  lockName: string;
  timeoutMs: number;
}

export function createSession({ tokens, getToken, postRefresh, lockName, timeoutMs }: SessionDeps): Session {
  const listeners = new Set<(reason: SessionEnd) => void>();
  let unsubscribe: (() => void) | undefined;
  let person = subjectOf(tokens.get());
  let refreshing: Promise<string | null> | null = null;

  function tell(reason: SessionEnd): void {
    const before = person;
    person = subjectOf(tokens.get());
    if (before !== null && before !== person) for (const listener of [...listeners]) listener(reason);
  }

  function start(pair: TokenPair): void {
    tokens.set(pair);
    person = subjectOf(pair);
  }

  function end(reason: SessionEnd): string | null {
    const held = tokens.get();
    person ??= subjectOf(held);
    tokens.set(null);
    tell(reason);
    return held?.refresh_token ?? null;
  }

  async function currentToken(): Promise<string | null> {
    return getToken ? getToken({ refresh: false }) : (tokens.get()?.access_token ?? null);
  }

  /** @returns a token other than `rejected`, or null when the session is over. */
  function refresh(rejected: string, signal: AbortSignal): Promise<string | null> {
    refreshing ??= (getToken ? askAgain(getToken, rejected) : underLock(() => exchange(rejected))).finally(() => {
      refreshing = null;
    });
    return unlessAborted(refreshing, signal);
  }

  // The host may have a new one already, which another call made it fetch.
  async function askAgain(ask: GetToken, rejected: string): Promise<string> {
    const token = await ask({ refresh: false });
    return token === rejected ? ask({ refresh: true }) : token;
  }

  async function exchange(rejected: string): Promise<string | null> {
    const held = tokens.get();
    if (held?.access_token !== rejected) return sameSubject(held, rejected);
    const response = await postPair(held.refresh_token);
    const now = tokens.get();
    // Signed out, or refreshed by another tab, while the answer was on its way: what stands now counts.
    if (now?.refresh_token !== held.refresh_token) return sameSubject(now, rejected);
    if (response.ok) {
      const pair = (await response.json().catch(() => null)) as TokenPair | null;
      if (typeof pair?.access_token !== "string") throw unexpectedResponse(response);
      tokens.set(pair);
      return pair.access_token;
    }
    const error = await apiErrorFrom(response);
    if (error.status >= 500 || error.status === 429) throw error;
    end("expired");
    return null;
  }

  // The answer may be lost after the server spent the token: it takes a spent one once more within 10 s.
  async function postPair(refreshToken: string): Promise<Response> {
    const deadline = createDeadline(undefined, timeoutMs);
    const post = () => postRefresh(refreshToken, deadline);
    try {
      return await post().catch((error: unknown) => {
        if (deadline.signal.aborted || !isConnectionError(error)) throw error;
        return post();
      });
    } finally {
      deadline.close();
    }
  }

  async function underLock<T>(action: () => Promise<T>): Promise<T> {
    const locks = tokens.subscribe && (globalThis.navigator as Navigator | undefined)?.locks;
    if (!locks) return action();
    let begun = false;
    const run = () => {
      begun = true;
      return action();
    };
    const deadline = createDeadline(undefined, timeoutMs);
    try {
      return (await locks.request(lockName, { signal: deadline.signal }, run)) as T;
    } catch (error) {
      // The lock could not be had (refused to this page, or held too long): the server's grace of 10 s covers two tabs.
      if (begun) throw error;
      return action();
    } finally {
      deadline.close();
    }
  }

  return {
    signedIn: () => getToken !== undefined || tokens.get() !== null,
    start,
    end,
    onEnd(listener) {
      const own = (reason: SessionEnd) => listener(reason);
      if (listeners.size === 0) person = subjectOf(tokens.get());
      listeners.add(own);
      unsubscribe ??= tokens.subscribe?.(() => tell("elsewhere"));
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
      };
    },
    async authorized(send, signal) {
      const token = await unlessAborted(currentToken(), signal);
      const response = await send(token);
      if (response.status !== 401 || token === null) return response;
      const fresh = await refresh(token, signal);
      if (fresh === null) return response;
      response.body?.cancel().catch(() => {});
      return send(fresh);
    },
    async ensureFreshFor(ms, signal) {
      const token = tokens.get()?.access_token;
      if (getToken || !token) return;
      const endsAt = Number(claimsOf(token).exp) * 1000;
      if (endsAt < Date.now() + ms) await refresh(token, signal);
    },
  };
}

/** A token of `held` that may repeat a call made with `rejected`: never one of another person. */
function sameSubject(held: TokenPair | null, rejected: string): string | null {
  return held && subjectOf(held) === (claimsOf(rejected).sub ?? "") ? held.access_token : null;
}

/** Whose tokens these are; "" where the token does not say, null without tokens. */
function subjectOf(pair: TokenPair | null): string | null {
  return pair && String(claimsOf(pair.access_token).sub ?? "");
}

// Read, not checked: only to tell one person's token from another's and to know its end.
function claimsOf(token: string): { sub?: string; exp?: number } {
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)) as { sub?: string; exp?: number };
  } catch {
    return {};
  }
}
