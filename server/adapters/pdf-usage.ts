// How much memory and processor time another process has used, where the operating system tells.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const pageBytes = 4096;
/** `USER_HZ`, which is 100 on every Linux that Node runs on. */
const tickMs = 10;

/** @returns null where it cannot be told. `rssBytes` is at least what is resident. */
export async function readUsage(pid: number): Promise<{ rssBytes: number; cpuMs: number } | null> {
  try {
    if (process.platform === "linux") return fromStat(await readFile(`/proc/${pid}/stat`, "latin1"));
    if (process.platform === "win32") return null;
    const { stdout } = await run("/bin/ps", ["-o", "rss=,time=", "-p", String(pid)]);
    const [rss = "0", time = "0"] = stdout.trim().split(/\s+/);
    const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    return { rssBytes: Number(rss) * 1024, cpuMs: seconds * 1000 };
  } catch {
    return null;
  }
}

/** proc(5): fields 14 and 15 are user and system time in ticks, 24 is resident pages; the second may hold spaces. */
function fromStat(stat: string): { rssBytes: number; cpuMs: number } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  return { rssBytes: field(24) * pageBytes, cpuMs: (field(14) + field(15)) * tickMs };
}
