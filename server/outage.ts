// Failures of what the product stands on, told apart from faults of a document: they pass, or somebody mends them.
import { StorageUnavailableError } from "./ports.ts";

/** Of the file system, and of PostgreSQL on a full disk. */
const noRoom = new Set<unknown>(["ENOSPC", "EDQUOT", "53100"]);

export function isNoRoom(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, nativeError } = error as { code?: unknown; nativeError?: unknown };
  // Objection wraps what the driver threw, and leaves its code in there.
  return noRoom.has(code) || (nativeError !== error && isNoRoom(nativeError));
}

/** Files cannot be kept or read at the moment. */
export function isStorageOutage(error: unknown): boolean {
  return error instanceof StorageUnavailableError || isNoRoom(error);
}
