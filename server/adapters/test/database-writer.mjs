// A process of its own that opens the embedded database by the built knexfile and writes until it is killed: each
// acknowledged transaction's number goes to stdout. With "hold" it only opens it.
import { writeSync } from "node:fs";
import knexPackage from "knex";
import knexfile from "../../../dist/knexfile.js";

const db = knexPackage.knex(knexfile());
await db.raw("create table if not exists written (n int, part int, bytes bytea)");
writeSync(1, "open\n");
if (process.argv[2] === "hold") setInterval(() => {}, 60_000);
else {
  const bytes = Buffer.alloc(20_000, 7);
  const [{ max }] = await db("written").max("n");
  for (let n = (max ?? 0) + 1; ; n += 1) {
    await db.transaction(async (trx) => {
      for (let part = 0; part < 3; part += 1) await trx("written").insert({ n, part, bytes });
    });
    writeSync(1, `${n}\n`);
  }
}
