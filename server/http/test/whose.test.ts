import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { everyRow, storedNames } from "../../test/contents.ts";
import type { OperationSpec } from "../operation.ts";
import { allRoutes } from "../routes.ts";
import { signUrl } from "../signing.ts";
import { forgedToken, forgeries } from "./forged-tokens.ts";
import { makeThings, makeVisit, requestsOf, send, type Things, type Visit } from "./things.ts";
import { type Row, whoseTable } from "./whose-table.ts";

/** An event of every sign-in is kept, good or not: whoever tries leaves a trace, and nothing else. */
const traces = ["audit_events"];
const secretWords = "Wexcombe treasury";

let api: Api;
let operations: readonly OperationSpec[];
let owner: SignedIn;
let other: SignedIn;
let things: Things;
/** Of the other user: named beside the owner's. */
let others: Things;
/** A visitor of an embed of the owner's that answers from another document. */
let ann: Visit;
let publicKey: string;

beforeAll(async () => {
  api = await startApi({
    env: {
      JWT_SECRET: "the-first-secret-of-at-least-32-bytes,the-older-secret-of-at-least-32-bytes",
      LOGIN_ATTEMPTS: "0",
      QUESTIONS_PER_MINUTE: "0",
      SESSIONS_PER_MINUTE: "0",
    },
  });
  operations = allRoutes(api.services).operations;
  owner = await api.register();
  other = await api.register();
  things = await makeThings(api, owner, secretWords);
  others = await makeThings(api, other, "Fleetbury");
  const shown = await makeThings(api, owner, "Harbour fees");
  publicKey = shown.publicKey;
  ann = await makeVisit(api, publicKey);
});
afterAll(() => api?.close());

test("every operation has a row, and every row an operation", () => {
  expect(Object.keys(whoseTable).sort()).toEqual(operations.map(({ id }) => id).sort());
});

async function everything(): Promise<Set<string>> {
  const rows = [...(await everyRow(api.services.db, traces))];
  // The last number of a day is counted behind an answer's end, which its reader has heard by then.
  const settled = rows.map((row) => (row.startsWith("embed_usage ") ? row.replace(/,\d+\)$/, ",…)") : row));
  return new Set([...settled, ...(await storedNames(api))]);
}

/**
 * Sends every request of the table with the token, and looks at everything there is before and after; around what the
 * caller may do, each time.
 * @returns what was answered otherwise than expected, or was changed
 */
async function faultsOf(
  token: string | undefined,
  expected: (row: Row) => number | number[] | "own" | undefined,
  { named = things, secrets = [...ownersIds(), ...annsIds()] }: { named?: Things; secrets?: string[] } = {},
): Promise<string[]> {
  const faults: string[] = [];
  // An answer may repeat what it was sent in words, but nothing that only the other one could have told.
  const tells = (text: string) => secrets.some((secret) => text.includes(secret));
  let before = await everything();
  let since: string[] = [];
  /** @param own what was sent since the last look may have changed what is the caller's own */
  const look = async (own: boolean) => {
    const after = await everything();
    const gone = [...before].filter((one) => !after.has(one) && (!own || tells(one)));
    if (gone.length > 0) faults.push(`${since} changed ${gone.map((one) => one.slice(0, 300)).join(" | ")}`);
    if (!own && after.size !== before.size) faults.push(`${since} left something behind`);
    before = after;
    since = [];
  };
  for (const { operation, row, wanted } of walk(expected)) {
    for (const request of requestsOf(operation, row, named, others)) {
      if (wanted === "own") await look(false);
      const { status, text } = await send(api, operation, request, token);
      const name = `${operation.id} ${JSON.stringify(request)}: ${status}`;
      since.push(name);
      if (wanted === "own" ? status >= 300 : ![wanted].flat().includes(status))
        faults.push(`${name} instead of ${wanted} ${text.slice(0, 200)}`);
      if (tells(text)) faults.push(`${name} tells of the owner's: ${text.slice(0, 400)}`);
      if (wanted === "own") await look(true);
    }
  }
  await look(false);
  return faults;
}

/** Operations with a row for which something is expected. */
function* walk(expected: (row: Row) => number | number[] | "own" | undefined) {
  for (const operation of operations) {
    const row = whoseTable[operation.id];
    const wanted = row && expected(row);
    if (row && wanted !== undefined) yield { operation, row, wanted };
  }
}

const ownersIds = () => [
  owner.userId,
  things.document,
  things.conversation,
  things.answer,
  things.question,
  secretWords,
];
const annsIds = () => [ann.conversation, ann.answer, ann.question];

function claimsOf(token: string): Record<string, string> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

/** What is rightly signed for a visitor is looked up only where visitors may come. */
function refusing(kind: (typeof forgeries)[number]): (row: Row) => number | number[] {
  const isVisitor = ["for the other kind of caller", "for another person", "without an end"].includes(kind);
  return ({ anyone, visitor }) => anyone ?? (isVisitor && visitor === 403 ? [401, 403] : 401);
}

describe("who is not known", () => {
  const guarded = ({ anyone }: Row) => (anyone === undefined ? 401 : anyone);

  test("nobody at all", async () => {
    expect(await faultsOf(undefined, guarded)).toEqual([]);
  });

  test.each(forgeries)("by a token %s", async (kind) => {
    expect(await faultsOf(forgedToken(kind, api.services.keys, owner.accessToken()), refusing(kind))).toEqual([]);
  });
});

test("another user", async () => {
  expect(await faultsOf(other.accessToken(), ({ user }) => user)).toEqual([]);
});

test("another user with a signed address of their own for what is the owner's", async () => {
  const reader = { sessionId: claimsOf(other.accessToken()).sid ?? "" };
  for (const path of [`/documents/${things.document}/file`, `/documents/${things.document}/pages/1`])
    expect((await api.request(signUrl(api.services, { reader, path }))).status).toBe(404);
});

describe("visitors", () => {
  const asVisitor = ({ anyone, visitor }: Row) => anyone ?? visitor;
  /** What the visitor asked and got, in place of what the owner did. */
  const ofAnn = () => ({ ...things, conversation: ann.conversation, answer: ann.answer, question: ann.question });
  const isOfChat = ({ path, visitor }: Row) => visitor === 404 && path !== undefined;

  test.each(forgeries)("by a token %s", async (kind) => {
    const token = forgedToken(kind, api.services.keys, ann.token);
    expect(await faultsOf(token, refusing(kind))).toEqual([]);
  });

  test("of the owner's embed, after what the embed does not hold", async () => {
    expect(await faultsOf(ann.token, asVisitor, { secrets: ownersIds() })).toEqual([]);
  });

  test("of the same embed, after what another one asked", async () => {
    const { token } = await makeVisit(api, publicKey);
    expect(await faultsOf(token, asVisitor, { named: ofAnn() })).toEqual([]);
  });

  test("of another embed of the owner, and of somebody else's", async () => {
    for (const [of, after] of [
      [things, others],
      [others, things],
    ] as const) {
      const { token } = await makeVisit(api, of.publicKey);
      const named = { ...ofAnn(), document: after.document };
      expect(await faultsOf(token, asVisitor, { named, secrets: annsIds() })).toEqual([]);
    }
  });

  test("their own account and another one, after what a visitor asked", async () => {
    for (const { accessToken } of [owner, other])
      expect(
        await faultsOf(accessToken(), (row) => (isOfChat(row) ? 404 : undefined), {
          named: ofAnn(),
          secrets: annsIds(),
        }),
      ).toEqual([]);
  });

  test("with a signed address of their own for the file, the picture of a page not cited to them, and others'", async () => {
    const { sub = "", org } = claimsOf(ann.token);
    for (const conversationId of [ann.conversation, things.conversation]) {
      const reader = { visitorId: sub, origin: String(org), conversationId };
      for (const path of [`/documents/${things.document}/pages/1`, `/documents/${things.document}/file`]) {
        const { status } = await api.request(signUrl(api.services, { reader, path }));
        expect([path, status]).toEqual([path, expect.toBeOneOf([401, 403, 404])]);
      }
    }
  });

  test("of an embed that was disabled, with a token from before", async () => {
    await owner.client.embeds.update(things.embed, { enabled: true });
    const { token } = await makeVisit(api, things.publicKey);
    await owner.client.embeds.update(things.embed, { enabled: false });
    const ended = ({ anyone, visitor }: Row) => (anyone === 403 ? 404 : anyone) ?? (visitor === 403 ? [401, 403] : 401);
    expect(await faultsOf(token, ended)).toEqual([]);
    await owner.client.embeds.update(things.embed, { enabled: true });
  });
});

test("the owner is let in by the same requests, so that it was not they that were wrong", async () => {
  const refused: string[] = [];
  for (const operation of operations) {
    const row = whoseTable[operation.id];
    if (!row || row.user === "own" || row.user === undefined || row.user === 401) continue;
    for (const index of requestsOf(operation, row, things, things).keys()) {
      const own = await makeThings(api, owner, secretWords);
      const request = requestsOf(operation, row, own, own)[index];
      if (!request) continue;
      const { status, text } = await send(api, operation, request, owner.accessToken());
      // Only a failed document is read again.
      if (status >= 300 && status !== 409)
        refused.push(`${operation.id} ${JSON.stringify(request)}: ${status} ${text.slice(0, 200)}`);
    }
  }
  expect(refused).toEqual([]);
});
