// Finds a Chromium for the browser tests: one that is installed, else Playwright's download, else Debian's package.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** @returns the path of an installed Chromium or Chrome, or null. */
export async function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return existsSync(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : null;
  const onPath = (env.PATH ?? "").split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)));
  const found = [...onPath, ...places].find((path) => existsSync(path));
  if (found) return found;
  const { chromium } = await import("playwright-core");
  const downloaded = chromium.executablePath();
  return downloaded && existsSync(downloaded) ? downloaded : null;
}

/** As `findChromium`, but gets one where none is: Playwright's own download, then apt on Debian as root. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  process.stderr.write("No Chromium or Chrome found; trying Playwright's download.\n");
  const cli = join(dirname(createRequire(import.meta.url).resolve("playwright-core/package.json")), "cli.js");
  spawnSync(process.execPath, [cli, "install", "chromium"], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 180_000,
  });
  const downloaded = await findChromium();
  if (downloaded) return downloaded;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return null;
  process.stderr.write("The download did not work; installing Debian's chromium by apt.\n");
  try {
    const options = {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync(
      "apt-get",
      ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
      options,
    );
  } catch {
    return null;
  }
  return findChromium();
}
