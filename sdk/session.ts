// Who is signed in: the token of each call, the second try after a 401, and word of the session's end.
import type { TokenPair } from "./contract.ts";
import { unlessAborted } from "./deadline.ts";
import { createRefresh, type RefreshDeps } from "./refresh.ts";
import { claimsOf, subjectOf } from "./tokens.ts";

/** `expired`: the refresh was refused; `logged-out`: here; `elsewhere`: another tab, or the host page, signed out or in as someone else. */
export type SessionEnd = "expired" | "logged-out" | "elsewhere";

export interface Session {
  signedIn(): boolean;
  start(pair: TokenPair): void;
  /** Forgets the tokens at once. @returns the refresh token, for the server to forget too. */
  end(reason: SessionEnd): string | null;
  onEnd(listener: (reason: SessionEnd) => void): () => void;
  /** Tells the listeners of an end that the tokens do not show. */
  tell(reason: SessionEnd): void;
  /** Calls `send` with the token, and after a 401 that is about it once more with a new one. */
  authorized(send: (token: string | null) => Promise<Response>, signal: AbortSignal): Promise<Response>;
  /** Refreshes beforehand where the token ends within `ms`: a large body should not be sent for a 401. */
  ensureFreshFor(ms: number, signal: AbortSignal): Promise<void>;
}

export type SessionDeps = Omit<RefreshDeps, "onRefused">;

export function createSession(deps: SessionDeps): Session {
  const { tokens, getToken } = deps;
  const presence = createPresence(deps);
  const refresh = createRefresh({ ...deps, onRefused: () => end("expired") });

  function end(reason: SessionEnd): string | null {
    const held = tokens.get();
    presence.change(reason, () => tokens.set(null));
    return held?.refresh_token ?? null;
  }

  async function currentToken(): Promise<string | null> {
    return getToken ? getToken({ refresh: false }) : (tokens.get()?.access_token ?? null);
  }

  return {
    signedIn: () => getToken !== undefined || tokens.get() !== null,
    start: (pair) => presence.change(null, () => tokens.set(pair)),
    end,
    onEnd: presence.onEnd,
    tell: presence.tell,
    async authorized(send, signal) {
      const token = await unlessAborted(currentToken(), signal);
      const response = await send(token);
      if (response.status !== 401 || token === null || (await isAboutPassword(response))) return response;
      const fresh = await refresh(token, signal);
      // What one person began is not done as another.
      if (fresh === null || claimsOf(fresh).sub !== claimsOf(token).sub) return response;
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

/** A token that was taken: what was refused is the password beside it, which must not be tried twice. */
async function isAboutPassword(response: Response): Promise<boolean> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as { code?: unknown } | null;
  return problem?.code === "invalid-credentials";
}

/** Knows whose tokens are held, and tells the listeners when they no longer are that person's. */
function createPresence({ tokens }: SessionDeps) {
  const listeners = new Set<(reason: SessionEnd) => void>();
  let unsubscribe: (() => void) | undefined;
  let person = subjectOf(tokens.get());

  function update(reason: SessionEnd | null): void {
    const before = person;
    person = subjectOf(tokens.get());
    if (reason === null || before === null || before === person) return;
    tell(reason);
  }

  function tell(reason: SessionEnd): void {
    for (const listener of [...listeners]) listener(reason);
  }

  return {
    /** Does `action`, and tells of the end it makes unless `reason` is null. */
    change(reason: SessionEnd | null, action: () => void): void {
      person ??= subjectOf(tokens.get());
      action();
      update(reason);
    },
    tell,
    onEnd(listener: (reason: SessionEnd) => void): () => void {
      // The same function may be given twice.
      const own = (reason: SessionEnd) => listener(reason);
      if (listeners.size === 0) update(null);
      listeners.add(own);
      unsubscribe ??= tokens.subscribe?.(() => update("elsewhere"));
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
      };
    },
  };
}
