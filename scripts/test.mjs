// `npm test`: builds, finds a browser, runs every suite that this machine can run, and says by name what it could not.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { buildIfStale, buildSdk, root } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";

const env = { ...process.env, NODE_ENV: "test", BUILT: "1" };
// The product's own settings never leak into its tests.
const settings =
  /^(HOST|PORT|DATA_DIR|DATA_KEY|DATABASE_URL|REDIS_URL|STORAGE_URL|SHARED_DATA_DIR|JWT_SECRET|CORS_ORIGINS|PUBLIC_URL|TRUST_PROXY|WORKER_CONCURRENCY|HISTORY_TOKENS|UNREAD_ANSWER_SECONDS|LOGIN_ATTEMPTS|BCRYPT_COST|LOG_LEVEL|(AWS|GEMINI|OPENAI|MAX)_\w+|\w+_PER_(MINUTE|HOUR|DAY|USER|VISITOR|ADDRESS))(_FILE)?$/;
for (const name of Object.keys(env)) if (settings.test(name)) delete env[name];
/** Database servers to test on, by what REQUIRE calls them. */
const servers = [
  { part: "postgres", variable: "TEST_DATABASE_URL", title: "on a PostgreSQL server with pgvector" },
  {
    ...{
      part: "plain-postgres",
      variable: "TEST_PLAIN_DATABASE_URL",
      title: "on a PostgreSQL server without pgvector",
    },
    // About processes, Redis and the wire: that there are no vectors is nothing to them, and the other server has them.
    without: ["e2e/{topology,account}.test.ts", "server/http/test/{processes,generated-requests}.test.ts"],
  },
].map((server) => ({ ...server, url: env[server.variable] }));
for (const { variable } of servers) delete env[variable];

/** What could not be run, by the part it needs. */
const missing = new Map();
const [, chromium] = await Promise.all([buildIfStale().then(() => buildSdk()), ensureChromium()]);
if (chromium) env.CHROMIUM_PATH = chromium;
else missing.set("chromium", "the browser suite: no Chromium or Chrome was found and none could be installed");
if (!onPath("nginx") && !existsSync("/usr/sbin/nginx"))
  missing.set("nginx", "the suite behind a proxy: there is no nginx program");
if (!onPath("redis-server")) missing.set("redis", "the suites over Redis: there is no redis-server program");
if (spawnSync("/usr/bin/python3", ["-c", "import swift.common"]).status !== 0)
  missing.set("s3", "the S3 storage's suites: Debian's python3-swift is not installed");
if (!hasPostgresPrograms())
  missing.set(
    "postgres-programs",
    "the suites that stop and start a PostgreSQL server: its programs are not installed",
  );
if (!["/usr/bin/python3", "python3"].some((python) => spawnSync(python, ["-c", "import celery, redis"]).status === 0))
  missing.set("python", "the suite with Python's Celery: there is no python3 with the packages celery and redis");
for (const { part, title, variable, url } of servers)
  if (!url) missing.set(part, `the suites ${title}: ${variable} is not set (the embedded PostgreSQL ran everything)`);

/**
 * Every suite that stands on the database, by itself or through what it imports, but for those that bring a server of
 * their own. They mostly wait for it, so two run at once.
 */
const theDatabase = [
  ...["related", "--run", "--maxWorkers=2", "server/adapters/database.ts"],
  ...["--exclude", "e2e/{crash,kills,outages,streams}.test.ts"],
  // About the wire and the page: what they ask of the database is asked by the others too.
  ...["--exclude", "server/http/test/{openapi,headers}.test.ts"],
  ...["--exclude", "e2e/{cross-origin,embed,embeds,hostile-text}.test.ts"],
  // About the embedded one alone.
  ...["--exclude", "server/adapters/test/{pglite,database-process,database-lock}.test.ts"],
];
/**
 * Left out where LEAVE_OUT=servers asks for it, which the second Node does after all of it has passed on the first: they
 * try servers, browsers, Python and killed processes for minutes, and no part of Node that the other suites do not use.
 */
const ofServers = [
  "e2e/{crash,kills,outages,hostile,topology,disk-full,storage-s3,streams,proxy}.test.ts",
  "e2e/{account,cross-origin,hostile-text}.test.ts",
  "server/http/test/{generated-requests,whose}.test.ts",
  "worker/test/python.test.ts",
  "worker/test/chunk-properties.test.ts",
];
const leftOut = process.env.LEAVE_OUT === "servers" ? ofServers : [];
// Vitest leaves one processor to itself; most suites wait for a database or a child process, so two share what there is.
const everything = ["run", "--maxWorkers=2", ...leftOut.flatMap((files) => ["--exclude", files])];
if (leftOut.length) process.stdout.write(`left out, as LEAVE_OUT asks: ${leftOut.join(" ")}\n`);
/** Waits out time limits for half a minute and computes next to nothing: beside the others it takes no time. */
const patient = "e2e/proxy.test.ts";
const isWhole = leftOut.length === 0 && process.argv.length === 2;
if (isWhole) everything.push("--exclude", patient);
const runs = await Promise.all([
  vitest("everything, on the embedded database", everything, env),
  ...(isWhole ? [vitest("what mostly waits, beside it", ["run", patient], env)] : []),
]);
for (const { title, url, without = [] } of servers) {
  const suites = [...theDatabase, ...without.flatMap((files) => ["--exclude", files])];
  if (url) runs.push(await vitest(title, suites, { ...env, TEST_DATABASE_URL: url }));
}

const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
const passed = new Set(runs.flatMap((run) => run.passedNames));
// What one run had to leave out another one may have run.
const skipped = [...new Set(runs.flatMap((run) => run.skipped))].filter((name) => !passed.has(name));
for (const name of [...missing.values(), ...skipped]) process.stdout.write(`not run: ${name}\n`);
// Once more at the end, where the last lines of a long log show it.
for (const failure of runs.flatMap((run) => run.failures)) process.stdout.write(`failed: ${failure}\n`);
// REQUIRE names the parts without which this run counts as failed; then nothing else may be skipped but what needs a
// database server that is not required, or the real PDFs, which are not in the repository.
const required = (process.env.REQUIRE ?? "").split(",").filter(Boolean);
const excuses = [
  "skipped where it is not present",
  ...(required.includes("postgres") ? [] : ["needs TEST_DATABASE_URL"]),
];
const unexcused = skipped.filter((name) => !excuses.some((excuse) => name.includes(excuse)));
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

async function vitest(title, command, env) {
  process.stdout.write(`\n== ${title}\n`);
  const dir = await mkdtemp(join(tmpdir(), "pagewise-test-"));
  const file = join(dir, "results.json");
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      ...command,
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
  if (!report)
    return { passed: 0, failed: 1, passedNames: [], failures: [`${title}: no report`], skipped: [], exit: 1 };
  const tests = report.testResults.flatMap((suite) => suite.assertionResults);
  // A file that breaks before its tests begin has no test to count.
  const broken = report.testResults.filter(
    (suite) => suite.status === "failed" && !suite.assertionResults.some((test) => test.status === "failed"),
  );
  const failures = [
    ...broken.map((suite) => `${title}: ${suite.name}\n${suite.message}`),
    ...report.testResults.flatMap((suite) =>
      suite.assertionResults
        .filter((test) => test.status === "failed")
        .map((test) => `${title}: ${suite.name} > ${test.fullName}\n${test.failureMessages.join("\n")}`),
    ),
  ].map((failure) => failure.replaceAll(`${root}/`, "").slice(0, 3000));
  return {
    passed: report.numPassedTests,
    passedNames: tests.filter((test) => test.status === "passed").map((test) => test.fullName),
    failed: report.numFailedTests + broken.length,
    failures,
    skipped: tests.filter((test) => ["pending", "skipped", "todo"].includes(test.status)).map((test) => test.fullName),
    exit,
  };
}

/** As server/test/postgres-server.ts looks for them: Debian keeps them off the path. */
function hasPostgresPrograms() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return onPath("initdb") || versions.some((version) => existsSync(join(debian, version, "bin/initdb")));
}

function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((dir) => existsSync(join(dir, program)));
}
