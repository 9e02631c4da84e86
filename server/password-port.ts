// What the domain needs of whatever hashes passwords: a type only, as in ports.ts.

/** Hashing off the event loop. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** A refusal takes no shorter where the hash was made at a lower cost than the one in force. */
  compare(password: string, hash: string): Promise<boolean>;
  /** Whether the hash was made at a lower cost than the one in force. */
  isOutdated(hash: string): boolean;
  close(): Promise<void>;
}
