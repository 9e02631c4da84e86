// A language model's server for measurements, in a process of its own: writes the first word at once, in the wire format asked for.
import { createServer } from "node:http";

const frame = {
  openai: (content, finish_reason = null) => ({ choices: [{ index: 0, delta: { content }, finish_reason }] }),
  gemini: (text, finishReason) => ({ candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason }] }),
};
let last = null;

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === "/last") return response.end(JSON.stringify(last));
  if (request.method === "GET") return response.end('{"data":[]}');
  const gemini = request.url.includes(":streamGenerateContent");
  const write = gemini ? frame.gemini : frame.openai;
  last = { path: request.url, body: Buffer.concat(chunks).toString() };
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(`data: ${JSON.stringify(write("Blue. [1]"))}\r\n\r\n`);
  response.end(
    `data: ${JSON.stringify(write("", gemini ? "STOP" : "stop"))}\r\n\r\n${gemini ? "" : "data: [DONE]\r\n\r\n"}`,
  );
});
server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
process.once("disconnect", () => process.exit());
