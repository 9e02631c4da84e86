// Sign-ins: short access tokens, and refresh tokens of which each is spent once within its session.
import { createHash, type KeyObject, randomBytes } from "node:crypto";
import type { TokenPair } from "@pagewise/sdk/contract";
import jwt from "jsonwebtoken";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "./audit.ts";
import type { Database } from "./models/database.ts";
import { DocumentModel } from "./models/document.ts";
import {
  type Account,
  findAccountOfSession,
  insertSession,
  RefreshTokenModel,
  SessionModel,
  type UserModel,
} from "./models/user.ts";
import type { Clock, EventLog, Logger } from "./ports.ts";
import { Problem } from "./problem.ts";

/** Who is calling, and by which sign-in. */
export interface Session {
  userId: string;
  sessionId: string;
}

export interface LiveSession extends Session {
  account: Account;
}

export interface SessionDeps {
  db: Database;
  clock: Clock;
  events: EventLog;
  log: Logger;
  /** The first signs, every one verifies. */
  keys: { jwt: { id: string; key: KeyObject }[] };
}

export const tokenIssuer = "pagewise";
export const userAudience = "pagewise:user";
export const visitorAudience = "pagewise:visitor";

const accessSeconds = 15 * 60;
const refreshMs = 30 * 24 * 60 * 60 * 1000;
/** Two tabs may refresh with the same token at once; what comes later than this was stolen or replayed. */
const graceMs = 10_000;

/**
 * Opens a session for a user whose password was just proven. Throws `invalid-credentials` where it has been changed since:
 * the change has ended the sessions that stood by then, and this one must not come after.
 */
export async function openSession(
  deps: SessionDeps,
  user: Pick<UserModel, "id" | "password_version">,
): Promise<TokenPair> {
  const session = { userId: user.id, sessionId: uuidv7() };
  const { token, row } = newRefreshToken(session.sessionId, deps.clock.now());
  if (!(await insertSession(deps.db, user, row))) throw new Problem("invalid-credentials");
  return tokenPair(deps, session, token);
}

/**
 * Spends a refresh token for a new pair. Throws `unauthorized`. One that comes back after its time ends its whole session;
 * within it a third tab is only refused, and goes on with what the others got.
 * @param address the caller's
 */
export async function refreshSession(deps: SessionDeps, token: string, address?: string): Promise<TokenPair> {
  const hash = hashToken(token);
  const now = deps.clock.now();
  const fresh = await deps.db.transaction(async (trx) => {
    // Each step is one conditional UPDATE, so that of two calls at once exactly one takes it.
    const spent = (await spendFirst(trx, hash, now)) ?? (await spendAgain(trx, hash, now));
    if (!spent) return null;
    const session = await SessionModel.query(trx).findById(spent).whereNull("revoked_at");
    if (!session) return null;
    const { token: refreshToken, row } = newRefreshToken(session.id, now);
    await RefreshTokenModel.query(trx).insert({ ...row, reused: false });
    return { session: { userId: session.user_id, sessionId: session.id }, refreshToken };
  });
  if (fresh) return tokenPair(deps, fresh.session, fresh.refreshToken);
  const row = await RefreshTokenModel.query(deps.db).findById(hash);
  const isLate = row?.used_at && row.used_at.getTime() <= now.getTime() - graceMs;
  const userId = isLate ? await revoke(deps, row.session_id) : null;
  if (userId) await recordAudit(deps, { userId, event: "session-revoked", address });
  throw new Problem("unauthorized", "This sign-in has ended. Sign in again.");
}

/**
 * Ends the session that the refresh token belongs to; quiet for a token that nobody knows.
 * @returns whose session it was; null where none has ended.
 */
export async function endSession(deps: SessionDeps, token: string): Promise<string | null> {
  const row = await RefreshTokenModel.query(deps.db).findById(hashToken(token));
  return row ? revoke(deps, row.session_id) : null;
}

/** Ends every session of the user, but the one in `except`. */
export async function endSessions(deps: SessionDeps, userId: string, except: string | null = null): Promise<void> {
  const live = SessionModel.query(deps.db).where({ user_id: userId }).whereNull("revoked_at");
  const ended = (await (except ? live.whereNot({ id: except }) : live)
    .patch({ revoked_at: deps.clock.now() })
    .returning("id")) as unknown as SessionModel[];
  for (const { id } of ended) await tellReaders(deps, userId, id);
}

/** @returns null where the session was ended or never was; a user's sessions go with the user. */
export async function findLiveSession({ db }: { db: Database }, sessionId: string): Promise<LiveSession | null> {
  const account = await findAccountOfSession(db, sessionId);
  return account ? { userId: account.id, sessionId, account } : null;
}

/** @returns whose it was; null where it had ended before. */
async function revoke(deps: SessionDeps, sessionId: string): Promise<string | null> {
  const [row] = await SessionModel.query(deps.db)
    .patch({ revoked_at: deps.clock.now() })
    .where({ id: sessionId })
    .whereNull("revoked_at")
    .returning("user_id");
  if (!row) return null;
  await tellReaders(deps, row.user_id, sessionId);
  return row.user_id;
}

/** Streams that the session still reads, in whichever process, end with it. */
async function tellReaders({ events }: SessionDeps, userId: string, sessionId: string): Promise<void> {
  await events
    .append(DocumentModel.eventsKey(userId), "session-ended", { session_id: sessionId })
    // The session has ended all the same: its streams look now and then.
    .catch(() => {});
}

async function spendFirst(trx: Database, hash: string, now: Date): Promise<string | undefined> {
  const [row] = await RefreshTokenModel.query(trx)
    .patch({ used_at: now })
    .where({ hash })
    .whereNull("used_at")
    .where("expires_at", ">", now)
    .returning("session_id");
  return row?.session_id;
}

async function spendAgain(trx: Database, hash: string, now: Date): Promise<string | undefined> {
  const [row] = await RefreshTokenModel.query(trx)
    .patch({ reused: true })
    .where({ hash, reused: false })
    .where("used_at", ">", new Date(now.getTime() - graceMs))
    .where("expires_at", ">", now)
    .returning("session_id");
  return row?.session_id;
}

function newRefreshToken(sessionId: string, now: Date) {
  const token = randomBytes(32).toString("base64url");
  const expires_at = new Date(now.getTime() + refreshMs);
  return { token, row: { hash: hashToken(token), session_id: sessionId, created_at: now, expires_at } };
}

function tokenPair(deps: SessionDeps, session: Session, refreshToken: string): TokenPair {
  const [signing] = deps.keys.jwt;
  if (!signing) throw new Error("there is no key to sign access tokens with");
  const accessToken = jwt.sign(
    { sid: session.sessionId, iat: Math.floor(deps.clock.now().getTime() / 1000) },
    signing.key,
    {
      algorithm: "HS256",
      keyid: signing.id,
      issuer: tokenIssuer,
      audience: userAudience,
      subject: session.userId,
      expiresIn: accessSeconds,
    },
  );
  return { access_token: accessToken, token_type: "bearer", expires_in: accessSeconds, refresh_token: refreshToken };
}

/** The token is 256 random bits, so a plain hash cannot be turned back. */
function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
