// How much room a user's library takes, and how much it may.
import type { LibraryUsage } from "@pagewise/sdk/contract";
import type { Database } from "./models/database.ts";
import { DocumentModel, type Room } from "./models/document.ts";
import { UserModel } from "./models/user.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

type RoomDeps = Pick<Services, "config">;

/** So many uploads of one user may come at once, and more than all connections to the database carry. */
const atOnce = 100;

/**
 * What a library may have for another document to go in without a look at those that go in beside it: where it has more,
 * or less room is left than those at once may take, see `fullLibrary`.
 * @returns null: there is no limit
 */
export function easyRoom({ config }: RoomDeps): Room | null {
  const { documentsPerUser, storedBytesPerUser, maxUploadBytes } = config;
  if (documentsPerUser === 0 && storedBytesPerUser === 0) return null;
  return {
    documents: documentsPerUser === 0 ? Number.MAX_SAFE_INTEGER : documentsPerUser - atOnce,
    bytes: storedBytesPerUser === 0 ? Number.MAX_SAFE_INTEGER : storedBytesPerUser - atOnce * maxUploadBytes,
  };
}

/**
 * For a transaction that adds a document: others that add one to this library wait until it is over, so that the last
 * place is given once.
 * @returns what to tell where it has no room for so many bytes more
 */
export async function fullLibrary(
  { config, db }: RoomDeps & { db: Database },
  userId: string,
  bytes: number,
): Promise<Problem | null> {
  const { documentsPerUser, storedBytesPerUser } = config;
  await UserModel.query(db).findById(userId).select("id").forNoKeyUpdate();
  const held = await DocumentModel.heldBy(db, userId);
  if (documentsPerUser > 0 && held.documents >= documentsPerUser) {
    return full(`Your library holds ${documentsPerUser} documents, as many as it may.`);
  }
  if (storedBytesPerUser > 0 && held.bytes + bytes > storedBytesPerUser) {
    return full(`Your library takes ${inMb(held.bytes)} of ${inMb(storedBytesPerUser)}; this file has ${inMb(bytes)}.`);
  }
  return null;
}

/** What is held, and null for what is not limited. */
export async function findLibraryUsage(deps: RoomDeps & Pick<Services, "db">, userId: string): Promise<LibraryUsage> {
  const { documentsPerUser, storedBytesPerUser } = deps.config;
  return {
    ...(await DocumentModel.heldBy(deps.db, userId)),
    max_documents: documentsPerUser || null,
    max_bytes: storedBytesPerUser || null,
  };
}

function full(why: string): Problem {
  return new Problem(
    "library-full",
    `${why} This file was not kept. Delete documents that you no longer need and send it again.`,
  );
}

function inMb(bytes: number): string {
  const mb = bytes / 1024 / 1024;
  return `${mb < 10 ? mb.toFixed(1) : Math.round(mb)} MB`;
}
