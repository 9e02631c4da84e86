// Tells whether an attempt failed by us (storage, database, machine) or by what it had in hand: the file and its extractor.
import { driverError, isDatabaseGone } from "@pagewise/server/models/database";
import { PdfReaderDownError, type Storage } from "@pagewise/server/ports";

/** Storage did not hand over the file. */
class StorageError extends Error {
  constructor(cause: unknown) {
    super("the file could not be had from storage", { cause });
    this.name = "StorageError";
  }
}

/** `storage.withLocalFile`, telling the storage's own failures from those of `use`. */
export async function withStoredFile<T>(
  storage: Pick<Storage, "withLocalFile">,
  key: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  let handedOver = false;
  try {
    return await storage.withLocalFile(key, (path) => {
      handedOver = true;
      return use(path);
    });
  } catch (error) {
    throw handedOver ? error : new StorageError(error);
  }
}

/** SQLSTATE classes of data exceptions, broken constraints, program limits and internal errors: what was written. */
const ofTheData = /^(22|23|54|XX)/;

/** True for what every document would meet at the moment: it says nothing about this one. */
export function isOurs(error: unknown): boolean {
  if (error instanceof StorageError || error instanceof PdfReaderDownError) return true;
  if (!(error instanceof Error)) return false;
  const { code, severity } = driverError(error) as { code?: unknown; severity?: unknown };
  if (typeof code === "string") {
    if (severity !== undefined) return !ofTheData.test(code);
    // The operating system's (ECONNREFUSED, EIO, ENOSPC) but none of Node's own, which are about how it is used.
    return /^E[A-Z0-9]+$/.test(code);
  }
  return isDatabaseGone(error);
}
