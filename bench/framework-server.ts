// The product's HTTP face in a process of its own, with its one query of a request answered from memory: what is left is
// the framework's part. Bundled by `buildFramework`; the arguments are a folder for its data and the address of `dist/`.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { loadConfig } from "../server/config.ts";
import { createApp } from "../server/http/app.ts";
import { createHttpServer } from "../server/http/server.ts";
import type { Database } from "../server/models/database.ts";
import { createServices } from "../server/services.ts";
import { findLiveSession, openSession } from "../server/sessions.ts";
import { registerUser } from "../server/users.ts";

const [dataDir = "", distDir = ""] = process.argv.slice(2);
const config = loadConfig({ DATA_DIR: dataDir, BCRYPT_COST: "4", LOG_LEVEL: "warn" });
const services = await createServices(config, new URL(distDir));
const user = await registerUser(services, "somebody@example.com", "a long enough password");
const { access_token: token } = await openSession(services, user);
const { sid } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

/** The query of a session; its answer is kept. */
let statement = "";

function remembering(db: Database): Database {
  let answer: Promise<unknown> | undefined;
  const { client } = db;
  const acquireConnection = async () => ({
    query: (sql: string, values: unknown[]) => {
      statement = sql;
      answer ??= client.acquireConnection().then(async (connection: { query(...query: unknown[]): unknown }) => {
        const rows = await connection.query(sql, values);
        await client.releaseConnection(connection);
        return rows;
      });
      return answer;
    },
  });
  return { client: { acquireConnection, releaseConnection: () => {} } } as unknown as Database;
}

const remembered = remembering(services.db);
if (!(await findLiveSession({ db: remembered }, sid))) throw new Error("the session is not there");
const server = createHttpServer(createApp({ ...services, db: remembered }, { stopping: new AbortController().signal }));
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, statement });
process.once("disconnect", () => process.exit());
