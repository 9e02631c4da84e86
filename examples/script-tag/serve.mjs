// Serves this page on an origin of its own, with the chat of an embed that allows it.
//   PAGEWISE_KEY=pk_… node examples/script-tag/serve.mjs     then open http://127.0.0.1:8090
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const { PAGEWISE_URL = "http://127.0.0.1:8080", PAGEWISE_KEY, PORT = "8090" } = process.env;
if (!PAGEWISE_KEY) {
  console.error("PAGEWISE_KEY is needed: the public key of an embed, from the dashboard");
  process.exit(2);
}

const server = createServer(async (request, response) => {
  if (request.url !== "/") return response.writeHead(404).end();
  const page = await readFile(new URL("index.html", import.meta.url), "utf8");
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(page.replaceAll("{{PAGEWISE_URL}}", PAGEWISE_URL).replaceAll("{{PAGEWISE_KEY}}", PAGEWISE_KEY));
});
server.listen(Number(PORT), "127.0.0.1", () =>
  console.log(`the example site is at http://127.0.0.1:${server.address().port}`),
);
