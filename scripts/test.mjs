// `npm test`: builds, finds a browser, runs every suite that this machine can run, and says by name what it could not.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { buildIfStale, buildSdk, root } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";

const env = { ...process.env, NODE_ENV: "test" };
// The product's own settings never leak into its tests.
const settings =
  /^(HOST|PORT|DATA_DIR|DATA_KEY|DATABASE_URL|REDIS_URL|STORAGE_URL|SHARED_DATA_DIR|JWT_SECRET|CORS_ORIGINS|PUBLIC_URL|TRUST_PROXY|WORKER_CONCURRENCY|QUESTIONS_PER_MINUTE|UPLOADS_PER_HOUR|LOGIN_ATTEMPTS|BCRYPT_COST|LOG_LEVEL|(AWS|GEMINI|OPENAI|MAX)_\w+)(_FILE)?$/;
for (const name of Object.keys(env)) if (settings.test(name)) delete env[name];
const databaseUrl = env.TEST_DATABASE_URL;
delete env.TEST_DATABASE_URL;

/** What could not be run, by the part it needs. */
const missing = new Map();
const [, , chromium] = await Promise.all([buildIfStale(), buildSdk(), ensureChromium()]);
if (chromium) env.CHROMIUM_PATH = chromium;
else missing.set("chromium", "the browser suite: no Chromium or Chrome was found and none could be installed");
if (!onPath("redis-server")) missing.set("redis", "the Redis broker's suite: there is no redis-server program");
if (spawnSync("/usr/bin/python3", ["-c", "import swift.common"]).status !== 0)
  missing.set("s3", "the S3 storage's suites: Debian's python3-swift is not installed");
if (!databaseUrl)
  missing.set(
    "postgres",
    "the PostgreSQL server suite: TEST_DATABASE_URL is not set (the embedded PostgreSQL ran everything)",
  );

const runs = [await vitest("everything, on the embedded database", [], env)];
if (databaseUrl)
  runs.push(
    await vitest("server and worker, on a PostgreSQL server", ["server", "worker"], {
      ...env,
      TEST_DATABASE_URL: databaseUrl,
    }),
  );

const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
const skipped = runs.flatMap((run) => run.skipped);
for (const name of [...missing.values(), ...new Set(skipped)]) process.stdout.write(`not run: ${name}\n`);
// REQUIRE names the parts without which this run counts as failed; then nothing else may be skipped but what needs the
// real PDFs, which are not in the repository.
const required = (process.env.REQUIRE ?? "").split(",").filter(Boolean);
const unexcused = skipped.filter((name) => !name.includes("skipped where it is not present"));
const strict = required.length > 0 && (required.some((part) => missing.has(part)) || unexcused.length > 0);
if (strict) process.stdout.write(`REQUIRE=${required}: a suite that did not run is a failure.\n`);
// An error outside any test fails a run too.
const broken = runs.filter((run) => run.exit !== 0 && run.failed === 0).length;
const failed = sum("failed") + broken + (strict ? 1 : 0);
if (process.env.RESULTS_FILE) await appendFile(process.env.RESULTS_FILE, `${sum("passed")} ${failed}\n`);
process.stdout.write(
  `${sum("passed")} passed, ${failed} failed${skipped.length ? `, ${skipped.length} skipped` : ""}\n`,
);
process.exit(failed ? 1 : 0);

async function vitest(title, filters, env) {
  process.stdout.write(`\n== ${title}\n`);
  const dir = await mkdtemp(join(tmpdir(), "pagewise-test-"));
  const file = join(dir, "results.json");
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      ...filters,
      ...process.argv.slice(2),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ],
    { cwd: root, env, stdio: "inherit" },
  );
  const exit = await new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
  const report = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : null;
  await rm(dir, { recursive: true });
  if (!report) return { passed: 0, failed: 1, skipped: [], exit: 1 };
  const tests = report.testResults.flatMap((suite) => suite.assertionResults);
  // A file that breaks before its tests begin has no test to count.
  const broken = report.testResults.filter(
    (suite) => suite.status === "failed" && !suite.assertionResults.some((test) => test.status === "failed"),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: tests.filter((test) => ["pending", "skipped", "todo"].includes(test.status)).map((test) => test.fullName),
    exit,
  };
}

function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((dir) => existsSync(join(dir, program)));
}
