// A language model's server for measurements, in a process of its own: writes words at a pace, in the wire format asked for.
// Its arguments: words of an answer (1), milliseconds between them (0: all at once), `stamped`: each word is the time of its writing.
import { createServer } from "node:http";

const [words = 1, everyMs = 0] = process.argv.slice(2, 4).map(Number);
const stamped = process.argv[4] === "stamped";

const frame = {
  openai: (content, finish_reason = null) => ({ choices: [{ index: 0, delta: { content }, finish_reason }] }),
  gemini: (text, finishReason) => ({ candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason }] }),
};
let last = null;

/** Microseconds on a clock that all processes of a machine share. */
const nowUs = () => Math.round(Number(process.hrtime.bigint() / 1000n));

function wordOf(index) {
  if (stamped) return ` @${nowUs().toString(36)}`;
  return index % 20 === 0 ? "Blue. [1]" : " The sky is";
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === "/last") return response.end(JSON.stringify(last));
  if (request.method === "GET") return response.end('{"data":[]}');
  const gemini = request.url.includes(":streamGenerateContent");
  const write = gemini ? frame.gemini : frame.openai;
  const body = Buffer.concat(chunks).toString();
  last = { path: request.url, body };
  const question = /question-\d+/.exec(body)?.[0];
  if (question) process.send({ type: "asked", question, us: nowUs() });
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  let written = 0;
  const send = () => response.write(`data: ${JSON.stringify(write(wordOf(written++)))}\r\n\r\n`);
  const end = () => {
    clearInterval(timer);
    response.end(
      `data: ${JSON.stringify(write("", gemini ? "STOP" : "stop"))}\r\n\r\n${gemini ? "" : "data: [DONE]\r\n\r\n"}`,
    );
  };
  const timer = everyMs > 0 && setInterval(() => (written < words ? send() : end()), everyMs);
  response.on("close", () => {
    clearInterval(timer);
    if (question && !response.writableEnded) process.send({ type: "closed", question, us: nowUs() });
  });
  do send();
  while (!timer && written < words);
  if (!timer) end();
});
server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
process.once("disconnect", () => process.exit());
