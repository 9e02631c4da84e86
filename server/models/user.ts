// A person with an account, their sessions and refresh tokens.
import { Model } from "objection";

export class UserModel extends Model {
  static override tableName = "users";
  declare id: string;
  declare email: string;
  declare hashed_password: string;
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
