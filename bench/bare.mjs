// The bare peers of the product's server: node:http and nothing else doing one thing each, in a process of its own.
//   bare.mjs proxy <model's address>     forwards each request to the model and its stream back
//   bare.mjs json <body>                 answers every request with that JSON
//   bare.mjs account <database> <key> <body>    verifies a token, reads its session and user by one query
//   bare.mjs readers <model's address>   `POST` asks the model, `GET /<n>` reads the n-th answer's stream from now on
import { createSecretKey } from "node:crypto";
import { Agent, request as ask, createServer } from "node:http";

const pingMs = 15_000;
const [mode, ...given] = process.argv.slice(2);
const sse = { "Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform" };

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Connections that are kept, as fetch keeps them. */
const agent = new Agent({ keepAlive: true });

function askModel(base, { path, body }) {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": body.length };
    ask(base + path, { method: "POST", headers, agent }, resolve)
      .on("error", reject)
      .end(body);
  });
}

const modes = {
  proxy: ([model]) => {
    return async (request, response) => {
      const upstream = await askModel(model, { path: request.url, body: await bodyOf(request) });
      response.writeHead(upstream.statusCode, sse);
      upstream.pipe(response);
    };
  },

  json: ([body]) => {
    return (_request, response) => sendJson(response, body);
  },

  account: async ([databaseUrl, secret, sql]) => {
    const { default: jwt } = await import("jsonwebtoken");
    const { default: pg } = await import("pg");
    const key = createSecretKey(Buffer.from(secret));
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
    const options = { algorithms: ["HS256"], issuer: "pagewise", audience: "pagewise:user" };
    return async (request, response) => {
      const claims = jwt.verify(request.headers.authorization.slice("Bearer ".length), key, options);
      const { rows } = await pool.query(sql, [claims.sid]);
      const [{ id, email, created_at }] = rows;
      sendJson(response, JSON.stringify({ id, email, created_at: created_at.toISOString() }));
    };
  },

  readers: ([model]) => {
    const answers = [];
    const open = new Set();
    setInterval(() => {
      for (const response of open) response.write(": ping\n\n");
    }, pingMs).unref();
    return async (request, response) => {
      if (request.method === "POST") {
        const upstream = await askModel(model, { path: request.url, body: await bodyOf(request) });
        const readers = new Set();
        answers.push(readers);
        upstream.on("data", (chunk) => {
          for (const reader of readers) reader.write(chunk);
        });
        sendJson(response, "{}");
        return;
      }
      response.writeHead(200, sse);
      response.write(": ping\n\n");
      const readers = answers[Number(request.url.slice(1))];
      readers.add(response);
      open.add(response);
      response.on("close", () => {
        readers.delete(response);
        open.delete(response);
      });
    };
  },
};

function sendJson(response, body) {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }).end(body);
}

const server = createServer(await modes[mode](given));
server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
process.once("disconnect", () => process.exit());
