// A site with a sign-in of its own: its server says who is there, so that each person finds their own conversations.
//   PAGEWISE_KEY=pk_… PAGEWISE_SECRET=sk_… node examples/identity/serve.mjs      then open http://127.0.0.1:8091
// The embed has to allow that address. Its secret stays here: whoever has it can be anybody.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import jwt from "jsonwebtoken";

const { PAGEWISE_URL = "http://127.0.0.1:8080", PAGEWISE_KEY, PAGEWISE_SECRET, PORT = "8091" } = process.env;
if (!PAGEWISE_KEY || !PAGEWISE_SECRET) {
  console.error("PAGEWISE_KEY and PAGEWISE_SECRET are needed: the embed's, from the dashboard");
  process.exit(2);
}

/** As an attribute's value. */
const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Who is signed in, by the cookie of their browser. Yours checks a password first. */
const people = new Map();

const server = createServer(async (request, response) => {
  const cookie = /session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const person = people.get(cookie);
  switch (`${request.method} ${request.url}`) {
    case "GET /": {
      const page = await readFile(new URL("index.html", import.meta.url), "utf8");
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      const fill = page.replaceAll("{{PAGEWISE_URL}}", PAGEWISE_URL).replaceAll("{{PAGEWISE_KEY}}", PAGEWISE_KEY);
      return response.end(fill.replaceAll("{{SIGNED_IN}}", () => escaped(person ?? "")));
    }
    case "GET /page.js":
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" });
      return response.end(await readFile(new URL("page.js", import.meta.url)));
    case "POST /sign-in": {
      const session = randomUUID();
      people.set(session, await text(request));
      return response.writeHead(204, { "set-cookie": `session=${session}; HttpOnly; SameSite=Strict` }).end();
    }
    case "POST /sign-out":
      people.delete(cookie);
      return response.writeHead(204).end();
    case "GET /pagewise-token":
      if (!person) return response.writeHead(204).end();
      response.writeHead(200, { "cache-control": "no-store" });
      // The same person has the same subject everywhere; each token serves once, and soon or never.
      return response.end(
        jwt.sign({}, PAGEWISE_SECRET, { audience: PAGEWISE_KEY, subject: person, jwtid: randomUUID(), expiresIn: 60 }),
      );
    default:
      return response.writeHead(404).end();
  }
});
server.listen(Number(PORT), "127.0.0.1", () =>
  console.log(`the example site is at http://127.0.0.1:${server.address().port}`),
);
