// Uploads a PDF, waits until it is ready, asks, and prints the answer as it streams, with its pages.
//   node examples/node/ask.mjs report.pdf "What was decided?"
//   PAGEWISE_URL=http://127.0.0.1:8080, PAGEWISE_EMAIL and PAGEWISE_PASSWORD of an account; absent: a new account here
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createClient, isApiError, isConnectionError } from "@pagewise/sdk";

const baseUrl = process.env.PAGEWISE_URL ?? "http://127.0.0.1:8080";
const client = createClient({ baseUrl });

async function main(file, question) {
  const pdf = await readFile(file).catch(() => fail(`${file} cannot be read.`));
  const credentials = {
    email: process.env.PAGEWISE_EMAIL ?? `script-${Date.now()}@example.com`,
    password: process.env.PAGEWISE_PASSWORD ?? crypto.randomUUID(),
  };
  if (!process.env.PAGEWISE_EMAIL) await client.users.register(credentials);
  await client.users.login(credentials);

  const { document_id } = await client.documents.upload(new Blob([pdf]), { filename: basename(file) });
  let document = await client.documents.get(document_id);
  while (document.status === "queued" || document.status === "processing") {
    await new Promise((done) => setTimeout(done, 200));
    document = await client.documents.get(document_id);
  }
  if (document.status === "failed") fail(`${document.error.title}. ${document.error.detail}`);

  let citations = [];
  for await (const event of client.chat.ask({ message: question, document_ids: [document_id] })) {
    if (event.event === "citations") citations = event.data.citations;
    if (event.event === "delta") process.stdout.write(event.data.text);
    if (event.event === "error") fail(event.data.detail);
    if (event.event === "done") {
      console.log("\n");
      for (const citation of citations.filter(({ index }) => event.data.cited.includes(index))) {
        console.log(`[${citation.index}] page ${citation.page}: “${citation.quote}”`);
      }
    }
  }
  await client.users.logout();
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const [file, question] = process.argv.slice(2);
if (!file || !question) {
  console.error('usage: node ask.mjs <file.pdf> "<question>"');
  process.exit(2);
}
await main(file, question).catch((error) => {
  if (isConnectionError(error)) fail(`Pagewise does not answer at ${baseUrl}: start it with npm start.`);
  if (isApiError(error)) fail(error.detail || error.title);
  throw error;
});
