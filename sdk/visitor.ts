// A visitor on a site's page: the session of an embed, got when it is first needed and again when it has run out.
import type { EmbedSession, EmbedSessionRequest } from "./contract.ts";
import { createDeadline, type Deadline, unlessAborted } from "./deadline.ts";
import { ApiError, apiErrorFrom, unexpectedResponse } from "./errors.ts";
import type { GetToken } from "./refresh.ts";
import { claimsOf, inMemory, inStorage } from "./tokens.ts";

/** Where the id of a visitor whom nobody has named is kept between visits. */
export interface VisitorStore {
  get(): string | null;
  set(visitorId: string | null): void;
}

/** Gives a JWT that the host's server signs with the embed's secret, a new one each time; null: nobody is signed in. */
export type IdentityToken = () => Promise<string | null>;

export interface VisitorDeps {
  embedKey: string;
  /** Asked for each session; absent, or null before anybody was named: the visitor is anonymous. */
  identityToken: IdentityToken | undefined;
  store: VisitorStore;
  /** POST /embeds/{key}/session. */
  postSession(body: EmbedSessionRequest, deadline: Deadline): Promise<Response>;
  timeoutMs: number;
  /** Called where a new session is another person's. */
  onOther(): void;
}

export interface Visitor {
  getToken: GetToken;
  embed(): Promise<EmbedSession["embed"]>;
}

/** @throws TypeError for an embed's secret: whoever reads the page could then be anybody. */
export function createVisitor(deps: VisitorDeps): Visitor {
  const { embedKey, identityToken, store, postSession, timeoutMs, onOther } = deps;
  if (/^sk_/.test(embedKey)) throw new TypeError("That is the embed's secret: take its public key, pk_…");
  let session: EmbedSession | null = null;
  let opening: Promise<EmbedSession> | null = null;
  let isNamed = false;

  async function open(): Promise<EmbedSession> {
    const deadline = createDeadline(undefined, timeoutMs);
    try {
      const token = identityToken ? await given(identityToken, deadline, isNamed) : null;
      isNamed ||= token !== null;
      const body = token === null ? { visitor_id: store.get() ?? undefined } : { identity_token: token };
      const response = await postSession(body, deadline);
      if (!response.ok) throw await apiErrorFrom(response);
      const next = (await response.json().catch(() => null)) as EmbedSession | null;
      if (typeof next?.access_token !== "string") throw unexpectedResponse(response);
      // Who is named leaves nobody anonymous behind, whose conversations the next person would find.
      store.set(isNamed ? null : next.visitor_id);
      const isOther = session && claimsOf(session.access_token).sub !== claimsOf(next.access_token).sub;
      session = next;
      if (isOther) onOther();
      return next;
    } finally {
      deadline.close();
    }
  }

  function current(refresh: boolean): EmbedSession | Promise<EmbedSession> {
    if (session && !refresh) return session;
    opening ??= open().finally(() => {
      opening = null;
    });
    return opening;
  }

  return {
    getToken: async ({ refresh }) => (await current(refresh)).access_token,
    embed: async () => (await current(false)).embed,
  };
}

/** Who was named does not become anonymous: without a token the call fails, and the host page has to name them again. */
async function given(identityToken: IdentityToken, { signal }: Deadline, isNamed: boolean): Promise<string | null> {
  let detail = "The page gave no identity token";
  const token = await unlessAborted(
    Promise.resolve()
      .then(identityToken)
      .catch((error: unknown) => {
        detail += `: ${error}`;
      }),
    signal,
  );
  if (token || (token === null && !isNamed)) return token;
  const title = "Nobody is named";
  throw new ApiError({ type: "about:blank", title, status: 401, detail, code: "identity-invalid", request_id: "" });
}

/** A visitor who is forgotten with the page: the default. */
export function memoryVisitor(): VisitorStore {
  return inMemory<string>();
}

/** The visitor's id in the page's localStorage under `key`; where storage is blocked or absent, in memory. */
export function localStorageVisitor(key: string): VisitorStore {
  return inStorage(key, String, String);
}
