import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deleteAccount } from "../../account-deletion.ts";
import { UserModel } from "../../models/user.ts";
import { type Api, startApi } from "../../test/api.ts";
import { rowCounts, storedNames } from "../../test/contents.ts";
import { randomOf } from "../../test/seeded-random.ts";
import { allRoutes } from "../routes.ts";
import { type Attacker, nobody, noIds, userAttacker, visitorAttacker } from "./attack-world.ts";
import { createRawWire, type RawAnswer, type RawWire } from "./raw-wire.ts";
import { createRequestGenerator, type GeneratedRequest } from "./request-generator.ts";

/** REQUESTS=100000 for the longer form; SEED repeats a run's requests. */
const count = Number(process.env.REQUESTS ?? 1_200);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const senders = 8;
/** Between two looks whether the attackers still are who they were. */
const round = count > 10_000 ? 250 : 100;
/** What the heap may hold more of at the end than after a third: caches fill, and nothing is ever as full as before. */
const growthBytes = 40_000_000;

const withoutLimits = Object.fromEntries(
  [
    ...["QUESTIONS_PER_MINUTE", "SESSIONS_PER_MINUTE", "REGISTRATIONS_PER_HOUR", "LOGIN_ATTEMPTS"],
    ...["UPLOADS_PER_HOUR", "UPLOAD_MB_PER_DAY", "DOCUMENTS_PER_USER", "STORED_MB_PER_USER"],
    ...["STREAMS_PER_USER", "STREAMS_PER_VISITOR", "STREAMS_PER_ADDRESS"],
  ].map((name) => [name, "0"]),
);

/** Answers that are given before any handler of a route runs. */
const beforeHandlers = new Set([
  "unauthorized",
  "forbidden",
  "malformed-request",
  "not-found",
  "method-not-allowed",
  "body-too-large",
  "unsupported-media-type",
  "invalid-request",
]);
const leaks =
  /node_modules|\n {4}at |\.ts:\d|violates |syntax error at|relation "|invalid input syntax|ECONN|PostgresError/;

let api: Api;
let wire: RawWire;
let attackers: Attacker[];
let empty: { rows: Record<string, number>; files: string[] };
const complaints: string[] = [];
const warnings: string[] = [];
const note = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);

beforeAll(async () => {
  process.on("warning", note);
  const complain = (fields: object, message: string) =>
    complaints.push(`${message}: ${String((fields as { error?: unknown }).error)}`);
  const quiet = () => {};
  api = await startApi({
    env: { ...withoutLimits, UNREAD_ANSWER_SECONDS: "1" },
    services: { log: { debug: quiet, info: quiet, warn: quiet, error: complain } },
  });
  empty = { rows: await rowCounts(api.services.db), files: await storedNames(api) };
  wire = createRawWire(Number(new URL(api.url).port));
  const people = [userAttacker(api), userAttacker(api), userAttacker(api, { expendable: true })];
  for (const person of people) await person.recover();
  const [host] = people;
  const visitors = host ? [visitorAttacker(api, host), visitorAttacker(api, host)] : [];
  for (const visitor of visitors) await visitor.recover();
  attackers = [...people, ...visitors, nobody(null, host?.ids ?? noIds())];
});
afterAll(async () => {
  process.off("warning", note);
  wire?.close();
  await api?.close();
});

test(`${count} generated requests of seed ${seed} break nothing`, { timeout: 3_600_000 }, async () => {
  const next = createRequestGenerator(allRoutes(api.services).operations, attackers, randomOf(seed));
  const seen = { statuses: new Map<string, number>(), handled: 0, faults: [] as string[] };
  let heapAtFirst = 0;
  const sockets = openSockets();
  for (let sent = 0; sent < count; sent += round) {
    if (heapAtFirst === 0 && sent >= count / 3) heapAtFirst = heapBytes();
    const batch = Array.from({ length: Math.min(round, count - sent) }, () => next());
    await Promise.all(Array.from({ length: senders }, () => sendFrom(batch, seen)));
    for (const attacker of attackers) await attacker.recover();
    if (seen.faults.length > 0) break;
  }
  const grown = heapBytes() - heapAtFirst;
  process.stdout.write(`${table(seen.statuses, seen.handled)}${String(grown).padStart(8)}  bytes of heap more\n`);
  expect(seen.faults).toEqual([]);
  expect(complaints).toEqual([]);
  expect(warnings).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(seen.handled).toBeGreaterThan(count / 2);
  expect(grown).toBeLessThan(growthBytes);

  // Whoever came is gone, and so is everything that came with them.
  for (const { id } of await UserModel.query(api.services.db).select("id")) await deleteAccount(api.services, id);
  wire.close();
  const left = async () => ({ rows: await rowCounts(api.services.db), files: await storedNames(api) });
  await expect.poll(left, { timeout: 60_000 }).toEqual(empty);
  await expect.poll(openSockets, { timeout: 60_000 }).toBeLessThanOrEqual(sockets);
});

async function sendFrom(
  batch: GeneratedRequest[],
  seen: { statuses: Map<string, number>; handled: number; faults: string[] },
) {
  for (let request = batch.pop(); request; request = batch.pop()) {
    const answer = await wire.send(request).catch((error: Error) => error);
    const kind = answer instanceof Error ? "no answer" : answer === null ? "cut" : String(answer.status);
    const name = `${request.form} ${kind}`;
    seen.statuses.set(name, (seen.statuses.get(name) ?? 0) + 1);
    const fault = answer === null ? null : faultOf(answer);
    if (fault)
      seen.faults.push(
        `${fault}\nseed ${seed}, ${request.operation.id}\n${request.head.slice(0, 600)}\n\n${request.body?.toString("latin1").slice(0, 600)}`,
      );
    else if (answer && !(answer instanceof Error) && isHandled(answer)) seen.handled++;
  }
}

function faultOf(answer: RawAnswer | Error): string | null {
  if (answer instanceof Error) return answer.message;
  const text = answer.body.toString("latin1");
  if (answer.status >= 500 || Number.isNaN(answer.status)) return `status ${answer.status}: ${text.slice(0, 500)}`;
  if (answer.status < 400) return null;
  if (leaks.test(text)) return `tells too much: ${text.slice(0, 500)}`;
  if (!answer.headers.get("x-request-id")) return `no request id: ${answer.status} ${text.slice(0, 500)}`;
  const isProblem = answer.headers.get("content-type") === "application/problem+json";
  return isProblem ? null : `${answer.status} is no problem document: ${text.slice(0, 500)}`;
}

function isHandled({ status, body }: RawAnswer): boolean {
  if (status < 400) return true;
  const code = /"code":"([\w-]+)"/.exec(body.toString("latin1"))?.[1];
  return code !== undefined && !beforeHandlers.has(code);
}

function table(statuses: Map<string, number>, handled: number): string {
  const lines = [...statuses].sort().map(([name, times]) => `${String(times).padStart(8)}  ${name}`);
  return `\nseed ${seed}\n${lines.join("\n")}\n${String(handled).padStart(8)}  reached a handler\n`;
}

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Connections of either side, to whatever. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}
