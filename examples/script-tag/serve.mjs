// Serves this page on an origin of its own.
//   CORS_ORIGINS=http://127.0.0.1:8090 npm start          in the repository's root
//   node examples/script-tag/serve.mjs                    then open http://127.0.0.1:8090
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const pagewiseUrl = process.env.PAGEWISE_URL ?? "http://127.0.0.1:8080";
const port = Number(process.env.PORT ?? 8090);

const server = createServer(async (request, response) => {
  if (request.url !== "/") return response.writeHead(404).end();
  const page = await readFile(new URL("index.html", import.meta.url), "utf8");
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(page.replaceAll("{{PAGEWISE_URL}}", pagewiseUrl));
});
server.listen(port, "127.0.0.1", () => console.log(`the example site is at http://127.0.0.1:${server.address().port}`));
