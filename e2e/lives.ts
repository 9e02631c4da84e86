// Lives of accounts in the built product, and a look at every trace that they have left in it.
import { createHash } from "node:crypto";
import { createClient, memoryTokens } from "@pagewise/sdk";
import { createServerDatabase } from "@pagewise/server/test/database";
import { makePdf } from "@pagewise/server/test/pdf";
import jwt from "jsonwebtoken";
import { expect } from "vitest";
import type { Database } from "../server/models/database.ts";
import { everyEntry } from "../server/test/redis-content.ts";
import { startProduct, storedFiles, until } from "./product.ts";
import { openDatabaseOf } from "./rows.ts";

/** Where something was found, and what. */
export type Traces = Record<string, string>;

const site = "https://example.com";

/** What a life leaves rows in. */
const tables = [
  ...["audit_events", "chunks", "conversations", "documents", "embed_usage", "embeds", "identity_tokens", "messages"],
  ...["idempotency_keys", "pages", "refresh_tokens", "sessions", "users", "visitors"],
];

interface Person {
  userId: string;
  /** What must never be written to a log: who it is, where they are, what they read and say, what opens their account. */
  secrets: string[];
  /** What leads to them: ids, too. */
  marks: string[];
}

/** Starts the product on a database of its own, with a log that holds everything. */
export async function startLives({ dataDir, redisUrl }: { dataDir: string; redisUrl: string | null }) {
  const server = process.env.TEST_DATABASE_URL;
  const database = server ? await createServerDatabase(server) : null;
  const env = {
    ...{ LOG_LEVEL: "debug", TRUST_PROXY: "1" },
    ...(redisUrl && { REDIS_URL: redisUrl }),
    ...(database && { DATABASE_URL: database.url }),
  };
  const product = await startProduct({ dataDir, env });
  let addresses = 70;

  return {
    tables,
    log: product.log,
    live: (name: string, word: string) => live(product.url, { name, word, address: `203.0.113.${++addresses}` }),
    /** Stops the product, and reads everything that it keeps. */
    async look() {
      await product.stop();
      const opened = await openDatabaseOf({ databaseUrl: database?.url ?? null, dataDir });
      const rows = await everyRow(opened.db);
      await opened.close();
      const files = await storedFiles(dataDir);
      const entries = redisUrl ? await everyEntry(redisUrl) : {};
      return {
        rows: (person: Person) => withMarks(rows, [...person.marks, ...person.secrets]),
        files: ({ marks }: Person) => files.filter((path) => marks.some((mark) => path.includes(mark))),
        events: (person: Person) => withMarks(entries, [...person.marks, ...person.secrets]),
      };
    },
    async close() {
      await product.stop();
      await database?.drop();
    },
  };
}

/** Everything that a person does, each thing once. */
async function live(url: string, { name, word, address }: { name: string; word: string; address: string }) {
  const email = `${name}.lovelace@example.com`;
  const password = `${name} by the sea at night`;
  const tokens = memoryTokens();
  const from = (init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("x-forwarded-for", address);
    return { ...init, headers };
  };
  const send = (path: string, init?: RequestInit) => fetch(url + path, from(init));
  const client = createClient({ baseUrl: url, tokens, fetch: (input, init) => fetch(input, from(init)) });
  const { id: userId } = await client.users.register({ email, password });
  await client.users.login({ email, password: "not the password" }).catch(() => {});
  await client.users.login({ email, password });
  const pdf = makePdf([`The ${word} nests in the reeds by the river.\nIt eats small fish and beetles.`]);
  const { document_id } = await client.documents.upload(new Blob([new Uint8Array(pdf)]), { filename: `${word}.pdf` });
  const document = await until("the document to be ready", async () => {
    const found = await client.documents.get(document_id);
    return found.status === "ready" && found;
  });
  await client.documents.rename(document_id, `All about the ${word}`);
  await client.documents.pageImage(document_id, 1);
  const answer = client.chat.ask({ message: `Where does the ${word} nest?` });
  await answer.final();
  const [conversation] = (await client.conversations.list()).data;
  const messages = (await client.conversations.messages(conversation?.id ?? "")).data;
  await client.messages.feedback(messages[1]?.id ?? "", { rating: "down", comment: `No ${word}` });
  const visit = await beVisited();
  await client.users.changePassword({ current_password: password, new_password: `${password}!` });

  /** Somebody asks through an embed of theirs. */
  async function beVisited() {
    const embed = await client.embeds.create({ name: word, document_ids: [document_id], allowed_origins: [site] });
    const json = { "content-type": "application/json", origin: site };
    const session = await send(`/embeds/${embed.public_key}/session`, {
      ...{ method: "POST", headers: json },
      body: JSON.stringify({ identity_token: identityToken(embed, word) }),
    });
    expect(session.status).toBe(200);
    const { access_token, visitor_id } = (await session.json()) as { access_token: string; visitor_id: string };
    const asked = await send("/chat", {
      ...{ method: "POST", headers: { ...json, authorization: `Bearer ${access_token}` } },
      body: JSON.stringify({ message: `What does the ${word} eat?` }),
    });
    expect(await asked.text()).toContain("event: done");
    return { embed, access_token, visitor_id };
  }

  const { access_token = "", refresh_token = "" } = tokens.get() ?? {};
  const { sid } = jwt.decode(access_token) as { sid: string };
  const tokenHash = createHash("sha256").update(refresh_token).digest("base64url");
  return {
    userId,
    secrets: [
      ...[email, password, word, address, access_token, refresh_token],
      ...[visit.embed.secret, visit.access_token, visit.visitor_id],
    ],
    marks: [
      userId,
      sid,
      tokenHash,
      document_id,
      conversation?.id ?? "",
      ...messages.map(({ id }) => id),
      visit.embed.id,
    ],
    /** @returns what comes by it until it ends. */
    async openStream() {
      const stream = await send("/documents/events", { headers: { authorization: `Bearer ${access_token}` } });
      expect(stream.status).toBe(200);
      return { ended: stream.text() };
    },
    deleteAccount: () => client.users.delete({ password: `${password}!` }),
    async expectGone() {
      const authorized = { headers: { authorization: `Bearer ${access_token}` } };
      expect((await send("/users/me", authorized)).status).toBe(401);
      expect((await send(document.file_url)).status).toBe(401);
      const visitor = { headers: { authorization: `Bearer ${visit.access_token}`, origin: site } };
      expect((await send("/conversations", visitor)).status).toBe(401);
      const login = client.users.login({ email, password: `${password}!` });
      await expect(login).rejects.toMatchObject({ code: "invalid-credentials" });
    },
  };
}

/** As the host site's server would sign it. */
function identityToken({ public_key, secret }: { public_key: string; secret: string }, sub: string): string {
  const claims = { aud: public_key, sub, jti: crypto.randomUUID() };
  return jwt.sign(claims, secret, { algorithm: "HS256", expiresIn: 60 });
}

/** Every row of every table there is, as text, by the table's name. */
async function everyRow(db: Database): Promise<Traces> {
  const { rows } = await db.raw(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const found: Traces = {};
  for (const { name } of rows as { name: string }[]) {
    const read = await db.raw("select coalesce(string_agg(t::text, E'\\n'), '') as rows from ?? t", [name]);
    found[name] = read.rows[0].rows;
  }
  return found;
}

/** @returns those in which any of the marks stands, in any case. */
function withMarks(traces: Traces, marks: string[]): Traces {
  const lower = marks.map((mark) => mark.toLowerCase());
  return Object.fromEntries(
    Object.entries(traces).filter(([, text]) => lower.some((mark) => text.toLowerCase().includes(mark))),
  );
}
