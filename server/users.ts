// Accounts: registering, proving a password, changing it.
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "./audit.ts";
import { UserModel } from "./models/user.ts";
import type { PasswordHasher } from "./password-port.ts";
import { maxPasswordBytes } from "./password-rules.ts";
import { Problem } from "./problem.ts";
import { endSessions, type Session, type SessionDeps } from "./sessions.ts";

export interface UserDeps extends SessionDeps {
  passwords: PasswordHasher;
}

/** Throws `email-taken`. Address and password are already checked. */
export async function registerUser(deps: UserDeps, email: string, password: string): Promise<UserModel> {
  const hashed = await deps.passwords.hash(password);
  try {
    return await UserModel.query(deps.db).insertAndFetch({
      id: uuidv7(),
      email,
      hashed_password: hashed,
      created_at: deps.clock.now(),
    });
  } catch (error) {
    if (isTaken(error)) throw new Problem("email-taken", undefined, { cause: error });
    throw error;
  }
}

/** Two registrations at once: the index tells, not a look before the insert. */
function isTaken(error: unknown): boolean {
  const { nativeError } = error as { nativeError?: { code?: unknown; constraint?: unknown } };
  return nativeError?.code === "23505" && nativeError.constraint === "users_email_unique";
}

/** @returns null where the user does not exist. */
async function findUser(deps: Pick<UserDeps, "db">, userId: string): Promise<UserModel | null> {
  return (await UserModel.query(deps.db).findById(userId)) ?? null;
}

export interface PasswordCheck {
  /**
   * @param address the caller's
   * @returns whose they are. Throws `invalid-credentials`, alike for an unknown email and a wrong password.
   */
  identify(email: string, password: string, address?: string): Promise<UserModel>;
  /** @returns the session's user. Throws `invalid-credentials` where it is not their password. */
  prove(session: Session, password: string, address?: string): Promise<UserModel>;
}

/** Proves passwords; what an unknown address is compared with is made once, at the cost in force. */
export function createPasswordCheck(deps: UserDeps): PasswordCheck {
  let nobody: Promise<string> | undefined;
  const rehashing = new Set<string>();

  async function matches(user: UserModel | null, password: string): Promise<boolean> {
    nobody ??= deps.passwords.hash(randomBytes(18).toString("base64url")).catch((error: unknown) => {
      nobody = undefined;
      throw error;
    });
    const fallback = await nobody;
    const fits = Buffer.byteLength(password) <= maxPasswordBytes;
    // Always one comparison, so that the time tells nothing of whether the account exists.
    const equal = await deps.passwords.compare(fits ? password : "", user && fits ? user.hashed_password : fallback);
    return equal && user !== null && fits;
  }

  /** At the cost in force, while the sign-in goes on. A password that is changed meanwhile stays changed. */
  async function rehash({ id, password_version }: UserModel, password: string): Promise<void> {
    if (rehashing.has(id)) return;
    rehashing.add(id);
    try {
      const hashed_password = await deps.passwords.hash(password);
      await UserModel.query(deps.db).where({ id, password_version }).patch({ hashed_password });
    } catch (error) {
      // The next sign-in tries again.
      deps.log.warn({ err: error, userId: id }, "a password could not be hashed anew");
    } finally {
      rehashing.delete(id);
    }
  }

  return {
    async identify(email, password, address) {
      const user = await UserModel.query(deps.db).whereRaw("lower(email) = lower(?)", [email]).first();
      if (!(await matches(user ?? null, password)) || !user) {
        // Nobody waits for it: the time must not tell that there is an account to which it happened.
        if (user) void recordAudit(deps, { userId: user.id, event: "login-failed", address });
        throw new Problem("invalid-credentials");
      }
      if (deps.passwords.isOutdated(user.hashed_password)) void rehash(user, password);
      return user;
    },
    async prove(session, password, address) {
      const user = await findUser(deps, session.userId);
      if (!(await matches(user, password)) || !user) {
        // Whoever holds a session that is not theirs guesses here: its owner is told as of a failed sign-in.
        if (user) await recordAudit(deps, { userId: user.id, event: "login-failed", address });
        throw new Problem("invalid-credentials", "That is not your password.");
      }
      return user;
    },
  };
}

/**
 * Sets a new password and ends every session but this one.
 * @param proven the user as they were when they proved the old one. Throws `invalid-credentials` where that is no more.
 */
export async function changePassword(
  deps: UserDeps,
  { sessionId }: Session,
  { id, password_version }: UserModel,
  password: string,
): Promise<void> {
  const hashed_password = await deps.passwords.hash(password);
  const changed = await UserModel.query(deps.db)
    .where({ id, password_version })
    .patch({ hashed_password, password_version: password_version + 1 });
  if (changed === 0) throw new Problem("invalid-credentials", "The password was changed meanwhile.");
  await endSessions(deps, id, sessionId);
}
