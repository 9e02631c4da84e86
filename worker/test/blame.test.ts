import { type AddressInfo, createServer, type Socket } from "node:net";
import knexPackage from "knex";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DocumentModel } from "../../server/models/document.ts";
import { type TestDatabase, testDatabase } from "../../server/test/database.ts";
import { isOurs, withStoredFile } from "../blame.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const thrown = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error: unknown) => error,
  );

test.each(["57P01", "57014", "53100", "53300", "40001", "40P01", "08006", "58030", "25006"])(
  "a database that answers %s fails everybody alike",
  async (state) => {
    const raise = database.db.raw(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`);
    expect(isOurs(await thrown(raise))).toBe(true);
  },
);

test("what a document's own text does to the database is the document's", async () => {
  const { db } = database;
  expect(isOurs(await thrown(db.raw("select ?::text", ["nul \u0000"])))).toBe(false);
  expect(
    isOurs(
      await thrown(
        db.raw(
          "select to_tsvector('simple', repeat('w' || ' ', 1) || string_agg(md5(n::text), ' ')) from generate_series(1, 60000) n",
        ),
      ),
    ),
  ).toBe(false);
  const missing = { id: "0190a0a0-0000-7000-8000-000000000001", user_id: "0190a0a0-0000-7000-8000-000000000002" };
  const row = { ...missing, title: "", filename: "", bytes: 1, sha256: "", storage_key: "" };
  expect(isOurs(await thrown(DocumentModel.query(db).insert(row)))).toBe(false);
});

test.each([
  ["hangs up", (socket: Socket) => socket.destroy()],
  ["does not answer", () => {}],
  ["is not there", null],
])("a database that %s is ours", async (_how, meet) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    meet?.(socket);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  if (!meet) await new Promise((resolve) => server.close(resolve));
  const connection = `postgres://nobody@127.0.0.1:${port}/none`;
  const log = { warn() {}, error() {}, debug() {}, deprecate() {} };
  const config = { client: "pg", connection, pool: { min: 0, max: 1 }, acquireConnectionTimeout: 500, log };
  const knex = knexPackage.knex(config);
  expect(isOurs(await thrown(knex.raw("select 1")))).toBe(true);
  for (const socket of sockets) socket.destroy();
  await knex.destroy();
  expect(isOurs(await thrown(knex.raw("select 1")))).toBe(true);
  server.close();
});

test("storage answers for what it does itself, not for what is done with the file", async () => {
  const failing = { withLocalFile: () => Promise.reject(new TypeError("a bucket of nothing")) };
  expect(isOurs(await thrown(withStoredFile(failing, "key", async () => 1)))).toBe(true);
  const working = { withLocalFile: <T>(key: string, use: (path: string) => Promise<T>) => use(`/files/${key}`) };
  expect(await withStoredFile(working, "key", async (path) => path)).toBe("/files/key");
  const bug = new TypeError("a bug of the chunker");
  expect(await thrown(withStoredFile(working, "key", () => Promise.reject(bug)))).toBe(bug);
  expect(isOurs(bug)).toBe(false);
});
