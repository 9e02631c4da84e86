// Who may have a server's database open together, on real connections.
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createServerDatabase, type ServerDatabase } from "../../test/database.ts";
import { silentLog } from "../../test/log.ts";
import { DatabaseTakenError, type Occupancy, occupyDatabase } from "../database-occupancy.ts";

const server = process.env.TEST_DATABASE_URL ?? "";
/** Long enough for a connection to come back on a busy machine. */
const back = { timeout: 15_000, interval: 50 };

describe.skipIf(!server)("on a PostgreSQL server (needs TEST_DATABASE_URL)", () => {
  let database: ServerDatabase;
  let look: pg.Client;
  let open: Occupancy[] = [];
  beforeAll(async () => {
    database = await createServerDatabase(server);
    look = new pg.Client({ connectionString: database.url });
    await look.connect();
  });
  afterEach(async () => {
    await Promise.all(open.map((occupancy) => occupancy.close()));
    open = [];
  });
  afterAll(async () => {
    await look.end();
    await database.drop();
  });

  const occupy = async (alone: boolean, databaseUrl = database.url) => {
    const occupancy = await occupyDatabase({ databaseUrl, alone, log: silentLog, waitMs: 300, waitAgainMs: 300 });
    open.push(occupancy);
    return occupancy;
  };
  const held = `select pid, mode from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database()) and granted`;
  const holders = async () => (await look.query<{ pid: number; mode: string }>(held)).rows;
  const breakAll = () => look.query(`select pg_terminate_backend(pid) from (${held}) as holders`);

  test("any number that meet in Redis, but nobody without it beside them", async () => {
    await Promise.all([occupy(false), occupy(false), occupy(false)]);
    const refused = await occupy(true).catch((error) => error);
    expect(refused).toBeInstanceOf(DatabaseTakenError);
    expect(refused.message).toContain("set the same REDIS_URL here");
  });

  test("one without Redis, and nobody beside it", async () => {
    const alone = await occupy(true);
    await expect(occupy(true)).rejects.toThrow("without REDIS_URL only one may");
    await expect(occupy(false)).rejects.toThrow("has this database to itself");
    await alone.close();
    await occupy(false);
  });

  test("another database is another matter", async () => {
    const other = await createServerDatabase(server);
    const [here, there] = await Promise.all([occupy(true), occupy(true, other.url)]);
    await Promise.all([here.close(), there.close()]);
    await other.drop();
  });

  test("a broken connection is made again, and holds as before", async () => {
    const alone = await occupy(true);
    const [before] = await holders();
    await breakAll();
    await vi.waitFor(async () => {
      const [after] = await holders();
      expect(after?.mode).toBe("ExclusiveLock");
      expect(after?.pid).not.toBe(before?.pid);
    }, back);
    await expect(occupy(false)).rejects.toThrow(DatabaseTakenError);
    expect(alone.evicted.aborted).toBe(false);
  });

  test("who finds the database taken when it comes back is told to stop", async () => {
    const alone = await occupy(true);
    const next = new pg.Client({ connectionString: database.url });
    await next.connect();
    // Waits in the queue for the lock, so that nobody comes before it.
    const taken = next.query("select pg_advisory_lock($1)", ["7294012552"]);
    await vi.waitFor(async () => {
      const waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted";
      expect((await look.query(waiting)).rows).toHaveLength(1);
    }, back);
    await breakAll();
    await taken;
    await vi.waitFor(() => expect(alone.evicted.aborted).toBe(true), back);
    await next.end();
  });

  test("closing frees it at once, also twice, and while the connection is broken", async () => {
    const first = await occupy(true);
    await breakAll();
    await first.close();
    await first.close();
    await vi.waitFor(async () => expect(await holders()).toEqual([]), back);
    await occupy(true);
  });
});
