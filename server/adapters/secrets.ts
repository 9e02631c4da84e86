// The keys that sign and seal: from the settings, or made once and kept in the data directory.
import { createHash, createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface SigningKey {
  /** Names the key in what it signed; says nothing about it. */
  id: string;
  key: KeyObject;
  /** Of the same secret, for addresses that need no header: the secret itself signs and seals other things. */
  addressKey: KeyObject;
}

/**
 * @param given from the settings, the first signs; null: one is made and kept in `dataDir/secrets/name`, readable by the owner only.
 */
export async function loadSecrets(
  given: string[] | null,
  { dataDir, name }: { dataDir: string; name: string },
): Promise<SigningKey[]> {
  const secrets = given ?? [await keptSecret(join(dataDir, "secrets"), name)];
  return secrets.map((secret) => {
    const key = createSecretKey(Buffer.from(secret));
    const id = createHash("sha256").update(`pagewise key id:${secret}`).digest("base64url").slice(0, 12);
    const addressKey = createSecretKey(createHmac("sha256", key).update("pagewise signed address").digest());
    return { id, key, addressKey };
  });
}

async function keptSecret(dir: string, name: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, name);
  const kept = await readFile(path, "utf8").catch(() => null);
  if (kept) return kept.trim();
  // Written aside and linked into place: two starts at once agree on one secret, and none is ever half written.
  const temporary = `${path}.${randomBytes(8).toString("hex")}`;
  await writeFile(temporary, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600, flush: true });
  await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(temporary, { force: true });
  await chmod(path, 0o600);
  return (await readFile(path, "utf8")).trim();
}
