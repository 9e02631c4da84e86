// A person with an account, their sessions and refresh tokens.
import { Model } from "objection";
import { type Database, runDirectly } from "./database.ts";

export class UserModel extends Model {
  static override tableName = "users";
  declare id: string;
  declare email: string;
  declare hashed_password: string;
  /** Rises with each new password. */
  declare password_version: number;
  declare created_at: Date;
}

/** A sign-in: the family of refresh tokens that began with it. */
export class SessionModel extends Model {
  static override tableName = "sessions";
  declare id: string;
  declare user_id: string;
  declare created_at: Date;
  declare revoked_at: Date | null;
}

export type Account = Pick<UserModel, "id" | "email" | "created_at">;

/** @returns whose session it is; undefined where it was ended or never was. */
export async function findAccountOfSession(db: Database, sessionId: string): Promise<Account | undefined> {
  const sql = `select u.id, u.email, u.created_at from sessions s join users u on u.id = s.user_id
    where s.id = $1 and s.revoked_at is null`;
  return (await runDirectly<Account>(db, sql, [sessionId]))[0];
}

export class RefreshTokenModel extends Model {
  static override tableName = "refresh_tokens";
  static override idColumn = "hash";
  /** SHA-256 of the token, base64url. */
  declare hash: string;
  declare session_id: string;
  declare created_at: Date;
  declare expires_at: Date;
  declare used_at: Date | null;
  /** Whether its one more use within the grace period is spent. */
  declare reused: boolean;
}

/**
 * Begins a session of a user whose password is still that of `password_version`, with its first refresh token: one
 * statement, for the embedded database's only session is held by a transaction until it ends. The user's row is held, so
 * that a change of the password comes wholly before or wholly after.
 * @returns false where the password is another by now, or the user is gone
 */
export async function insertSession(
  db: Database,
  { id: userId, password_version }: Pick<UserModel, "id" | "password_version">,
  token: Pick<RefreshTokenModel, "hash" | "session_id" | "created_at" | "expires_at">,
): Promise<boolean> {
  const sql = `
    with proven as (select id from users where id = $1 and password_version = $2 for share),
    begun as (insert into sessions (id, user_id, created_at) select $3, id, $4 from proven returning id)
    insert into refresh_tokens (hash, session_id, created_at, expires_at, reused)
    select $5, id, $4, $6, false from begun returning session_id`;
  const { hash, session_id, created_at, expires_at } = token;
  const values = [userId, password_version, session_id, created_at, hash, expires_at];
  return (await runDirectly(db, sql, values)).length > 0;
}

const purgedAtOnce = 1000;

/** Removes refresh tokens that have expired, and the sessions that have no other: thirty days unused. */
export async function purgeSessions(db: Database, now: Date): Promise<void> {
  const sql = `
    with expired as (
      delete from refresh_tokens where hash in (
        select hash from refresh_tokens where expires_at <= $1 order by expires_at limit ${purgedAtOnce})
      returning session_id)
    delete from sessions s where id in (select session_id from expired)
      and not exists (select from refresh_tokens t where t.session_id = s.id and t.expires_at > $1)`;
  await runDirectly(db, sql, [now]);
}
