// Roles that cannot start say why in one sentence for each fault, and touch nothing; a stop lets what is under way end.
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { createClient, memoryTokens } from "@pagewise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./compose.ts";
import { freePort, samplePdf, startProduct, temporaryDir } from "./product.ts";

let dir: Awaited<ReturnType<typeof temporaryDir>>;
beforeAll(async () => {
  dir = await temporaryDir();
});
afterAll(() => dir.remove());

const start = (args: string[], env: Record<string, string> = {}) =>
  run(
    ["node", "dist/main.js", ...args],
    { PATH: process.env.PATH ?? "", DATA_DIR: dir.path, PORT: "0", ...env },
    /ready/,
  );

test.each(["api", "worker"])("%s needs what it meets the others in, and names all of it", async (role) => {
  const refused = await start([role], { LOG_LEVEL: "loud" }).catch((error: Error) => error.message);
  for (const name of ["DATABASE_URL", "REDIS_URL", "LOG_LEVEL"]) expect(refused).toContain(name);
  expect(refused).toContain("ended by 1");
  expect(refused).not.toMatch(/\n\s+at /);
  const half = await start([role], { REDIS_URL: "redis://127.0.0.1:1" }).catch((error: Error) => error.message);
  expect(half).toContain("DATABASE_URL");
  expect(half).not.toContain("REDIS_URL");
  expect(await readdir(dir.path)).toEqual([]);
});

test("a role that does not exist is refused by name", async () => {
  await expect(start(["wroker"])).rejects.toThrow(/wroker: no such role; it is api, worker, or nothing for both/);
  expect(await readdir(dir.path)).toEqual([]);
});

test("an upload that is under way when the process is stopped is still taken in, and nothing new is", async () => {
  const product = await startProduct({ dataDir: dir.path, port: await freePort() });
  const tokens = memoryTokens();
  const client = createClient({ baseUrl: product.url, tokens });
  const credentials = { email: "reader@example.com", password: "correct horse battery" };
  await client.users.register(credentials);
  await client.users.login(credentials);
  const bytes = await readFile(samplePdf);
  const outgoing = request(`${product.url}/upload`, {
    method: "POST",
    headers: {
      "content-type": "multipart/form-data; boundary=cut",
      authorization: `Bearer ${tokens.get()?.access_token}`,
    },
  });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  const head = `--cut\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n`;
  outgoing.write(head);
  await new Promise((done) => outgoing.write(bytes.subarray(0, 1000), done));
  // A connection that never asks for anything, as browsers open them, is closed with the rest.
  const idle = connect(Number(new URL(product.url).port), "127.0.0.1").on("error", () => {});
  await once(idle, "connect");
  const stopped = product.stop();
  await expect.poll(() => fetch(`${product.url}/healthz`).catch(() => "refused"), { timeout: 15_000 }).toBe("refused");
  outgoing.end(Buffer.concat([bytes.subarray(1000), Buffer.from("\r\n--cut--\r\n")]));
  const [response] = await answered;
  expect(response.statusCode).toBe(202);
  expect(await stopped).toBe(0);
  const again = await startProduct({ dataDir: dir.path });
  const { data } = await createClient({ baseUrl: again.url, tokens }).documents.list();
  expect(data).toMatchObject([{ filename: "a.pdf" }]);
  expect(await again.stop()).toBe(0);
}, 60_000);
