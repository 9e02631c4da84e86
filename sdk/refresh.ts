// A new access token for a refused one: one exchange at a time, between the calls of a client and between tabs.
import type { TokenPair } from "./contract.ts";
import { createDeadline, type Deadline, unlessAborted } from "./deadline.ts";
import { apiErrorFrom, isConnectionError, unexpectedResponse } from "./errors.ts";
import { claimsOf, subjectOf, type TokenStore } from "./tokens.ts";

const propagationMs = 500;

/** A host page's own tokens. Asked before every call; `refresh` is set after the last one was refused with 401. */
export type GetToken = (options: { refresh: boolean }) => Promise<string>;

export interface RefreshDeps {
  tokens: TokenStore;
  getToken: GetToken | undefined;
  /** POST /users/refresh. */
  postRefresh(refreshToken: string, deadline: Deadline): Promise<Response>;
  /** The same for all tabs that share the tokens. */
  lockName: string;
  timeoutMs: number;
  /** Called where the server no longer takes the refresh token. */
  onRefused(): void;
}

/** @returns a token other than `rejected`, or null when the session is over. */
export type Refresh = (rejected: string, signal: AbortSignal) => Promise<string | null>;

export function createRefresh(deps: RefreshDeps): Refresh {
  const { getToken } = deps;
  let running: Promise<string | null> | null = null;
  return (rejected, signal) => {
    running ??= (
      getToken ? askAgain(getToken, rejected) : underLock(deps, (waited) => exchange(deps, rejected, waited))
    ).finally(() => {
      running = null;
    });
    return unlessAborted(running, signal);
  };
}

// The host may have a new one already, which another call made it fetch.
async function askAgain(getToken: GetToken, rejected: string): Promise<string> {
  const token = await getToken({ refresh: false });
  return token === rejected ? getToken({ refresh: true }) : token;
}

async function exchange(deps: RefreshDeps, rejected: string, waited: boolean): Promise<string | null> {
  const { tokens } = deps;
  const held = waited ? await settledTokens(tokens, rejected) : tokens.get();
  if (held?.access_token !== rejected) return sameSubject(held, rejected);
  const response = await postPair(deps, held.refresh_token);
  const pair = response.ok ? ((await response.json().catch(() => null)) as TokenPair | null) : null;
  const error = response.ok ? null : await apiErrorFrom(response);
  // A third tab is refused before the others have stored what they got.
  const now = error?.status === 401 && tokens.subscribe ? await settledTokens(tokens, rejected) : tokens.get();
  // Signed out, or refreshed by another tab, while the answer was on its way: what stands now counts.
  if (now?.refresh_token !== held.refresh_token) return sameSubject(now, rejected);
  if (error) {
    if (error.status >= 500 || error.status === 429) throw error;
    deps.onRefused();
    return null;
  }
  if (typeof pair?.access_token !== "string") throw unexpectedResponse(response);
  tokens.set(pair);
  return pair.access_token;
}

/** What one tab writes reaches the others a little later than the lock does: gives it that time. */
async function settledTokens(tokens: TokenStore, rejected: string): Promise<TokenPair | null> {
  for (const until = Date.now() + propagationMs; Date.now() < until; ) {
    if (tokens.get()?.access_token !== rejected) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  return tokens.get();
}

/** A token of `held` that may repeat a call made with `rejected`: never one of another person. */
function sameSubject(held: TokenPair | null, rejected: string): string | null {
  return held && subjectOf(held) === (claimsOf(rejected).sub ?? "") ? held.access_token : null;
}

// The answer may be lost after the server spent the token: it takes a spent one once more within 10 s.
async function postPair({ postRefresh, timeoutMs }: RefreshDeps, refreshToken: string): Promise<Response> {
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

/** @param action is told whether another tab held the lock before. */
async function underLock<T>(
  { tokens, lockName, timeoutMs }: RefreshDeps,
  action: (waited: boolean) => Promise<T>,
): Promise<T> {
  // Only tokens that tell of other tabs are shared with them.
  const locks = tokens.subscribe && (globalThis.navigator as Navigator | undefined)?.locks;
  if (!locks) return action(false);
  let begun = false;
  const deadline = createDeadline(undefined, timeoutMs);
  try {
    const run = (waited: boolean) => {
      begun = true;
      return action(waited);
    };
    const free = await locks.request(
      lockName,
      { ifAvailable: true },
      async (lock) => lock && { result: await run(false) },
    );
    if (free) return free.result as T;
    return (await locks.request(lockName, { signal: deadline.signal }, () => run(true))) as T;
  } catch (error) {
    // The lock could not be had (refused to this page, or held too long): the server's grace of 10 s covers two tabs.
    if (begun) throw error;
    return action(false);
  } finally {
    deadline.close();
  }
}
