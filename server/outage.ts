// Failures of what the product stands on, told apart from faults of a document: they pass, or somebody mends them.
import { driverError } from "./models/database.ts";
import { StorageUnavailableError } from "./ports.ts";

/** Of the file system, and of PostgreSQL on a full disk. */
const noRoom = new Set<unknown>(["ENOSPC", "EDQUOT", "53100"]);

export function isNoRoom(error: unknown): boolean {
  return noRoom.has((driverError(error) as { code?: unknown } | null | undefined)?.code);
}

/** Files cannot be kept or read at the moment. */
export function isStorageOutage(error: unknown): boolean {
  return error instanceof StorageUnavailableError || isNoRoom(error);
}
