// Uploads a PDF, waits until it is ready, asks, and prints the answer as it streams, with its pages.
//   node examples/node/ask.mjs report.pdf "What was decided?"
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createClient } from "@pagewise/sdk";

const [file, question] = process.argv.slice(2);
if (!file || !question) {
  console.error('usage: node ask.mjs <file.pdf> "<question>"');
  process.exit(2);
}

const client = createClient({ baseUrl: process.env.PAGEWISE_URL ?? "http://127.0.0.1:8080" });
const credentials = {
  email: process.env.PAGEWISE_EMAIL ?? `script-${Date.now()}@example.com`,
  password: process.env.PAGEWISE_PASSWORD ?? crypto.randomUUID(),
};
if (!process.env.PAGEWISE_EMAIL) await client.users.register(credentials);
await client.users.login(credentials);

const { document_id } = await client.documents.upload(new Blob([await readFile(file)]), { filename: basename(file) });
let document = await client.documents.get(document_id);
while (document.status === "queued" || document.status === "processing") {
  await new Promise((done) => setTimeout(done, 200));
  document = await client.documents.get(document_id);
}
if (document.status === "failed") {
  console.error(`${document.error.title}. ${document.error.detail}`);
  process.exit(1);
}

const answer = client.chat.ask({ message: question, document_ids: [document_id] });
let citations = [];
for await (const event of answer) {
  if (event.event === "citations") citations = event.data.citations;
  if (event.event === "delta") process.stdout.write(event.data.text);
  if (event.event === "error") throw new Error(event.data.detail);
  if (event.event === "done") {
    console.log("\n");
    for (const citation of citations.filter(({ index }) => event.data.cited.includes(index))) {
      console.log(`[${citation.index}] page ${citation.page}: “${citation.quote}”`);
    }
  }
}
await client.users.logout();
