// Asks the product one question as a reader does: follows the answer's events and takes the time of each.
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";

/**
 * @param account what `signIn` of product.mjs returned.
 * @param documentIds absent: every document of the account.
 * @returns the answer's text, its citations, what `done` said, and milliseconds until the citations and until the end.
 */
export async function ask(account, question, documentIds) {
  const begun = performance.now();
  const response = await askAllowed(account, { message: question, document_ids: documentIds });
  const answer = { text: "", citations: [], citationsMs: null };
  for await (const { event, data } of eventsOf(response)) {
    if (event === "citations") Object.assign(answer, data, { citationsMs: performance.now() - begun });
    if (event === "delta") answer.text += data.text;
    if (event === "done") return { ...answer, done: data, ms: performance.now() - begun };
    if (event === "error") throw new Error(`“${question}” ended with ${JSON.stringify(data)}`);
  }
  throw new Error(`“${question}” was cut off`);
}

/** A server that counts questions is waited for. */
async function askAllowed(account, body) {
  for (;;) {
    const response = await post(account, "/chat", JSON.stringify(body));
    if (response.statusCode === 200) return response;
    const seconds = Number(response.headers["retry-after"]);
    const problem = await text(response);
    if (response.statusCode !== 429 || !seconds) throw new Error(`/chat: ${response.statusCode} ${problem}`);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

const agents = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };

/** By Node's own client: `fetch` takes a millisecond for itself. */
async function post(account, path, body) {
  const headers = {
    Authorization: account.authorization(),
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  };
  const url = new URL(account.url + path);
  const { request } = url.protocol === "https:" ? https : http;
  const sent = request(url, { method: "POST", agent: agents[url.protocol], headers });
  sent.end(body);
  const [response] = await once(sent, "response");
  return response.setEncoding("utf8");
}

async function* eventsOf(body) {
  let held = "";
  for await (const part of body) {
    held += part;
    const frames = held.split("\n\n");
    held = frames.pop() ?? "";
    for (const frame of frames) {
      const event = /^event: (.*)$/m.exec(frame)?.[1];
      if (event) yield { event, data: JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? "null") };
    }
  }
}
