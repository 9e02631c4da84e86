// Accounts: registering, proving a password, changing it.
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { UserModel } from "./models/user.ts";
import type { PasswordHasher } from "./ports.ts";
import { Problem } from "./problem.ts";
import { endSessions, type Session, type SessionDeps } from "./sessions.ts";

export interface UserDeps extends SessionDeps {
  passwords: PasswordHasher;
}

/** bcrypt reads no further; a longer password would match every other that begins alike. */
export const maxPasswordBytes = 72;

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

/** Proves passwords; what an unknown address is compared with is made once, at the cost in force. */
export function createPasswordCheck(deps: UserDeps) {
  let nobody: Promise<string> | undefined;

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

  return {
    /** @returns whose they are. Throws `invalid-credentials`, alike for an unknown address and a wrong password. */
    async identify(email: string, password: string): Promise<UserModel> {
      const user = await UserModel.query(deps.db).whereRaw("lower(email) = lower(?)", [email]).first();
      if (!(await matches(user ?? null, password)) || !user) throw new Problem("invalid-credentials");
      return user;
    },
    /** Throws `invalid-credentials` where it is not the password of the session's user. */
    async prove(session: Session, password: string): Promise<void> {
      if (!(await matches(await findUser(deps, session.userId), password)))
        throw new Problem("invalid-credentials", "That is not your password.");
    },
  };
}

/** Sets a new password and ends every session but this one. */
export async function changePassword(deps: UserDeps, session: Session, password: string): Promise<void> {
  const hashed = await deps.passwords.hash(password);
  await UserModel.query(deps.db).findById(session.userId).patch({ hashed_password: hashed });
  await endSessions(deps, session.userId, session.sessionId);
}
