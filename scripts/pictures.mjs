// Takes the pictures of docs/pictures/ from the running product in a real browser; run by hand after the look has changed.
// Names as arguments: those alone are kept.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { buildIfStale, root } from "./build.mjs";
import { findChromium } from "./chromium.mjs";

const port = 8900 + (process.pid % 90);
const base = `http://127.0.0.1:${port}`;
const pictures = join(root, "docs/pictures");
const wanted = process.argv.slice(2);
const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
/** One page without a word on it. */
const scan =
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]>>endobj\ntrailer<</Root 1 0 R>>\n";

await buildIfStale();
await mkdir(pictures, { recursive: true });
const dataDir = await mkdtemp(join(tmpdir(), "pagewise-pictures-"));
const example = await readFile(join(root, "examples/script-tag/index.html"), "utf8");
const html = example.replaceAll("{{PAGEWISE_URL}}", base).replace(' data-key="{{PAGEWISE_KEY}}"', "");
const site = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
await new Promise((done) => site.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${site.address().port}`;
let product = await start();
const browser = await chromium.launch({ executablePath: await findChromium(), args: ["--no-sandbox"] });

const page = await browser.newPage({ viewport: wide, deviceScaleFactor: 2 });
await page.goto(base);
await page.getByRole("button", { name: "Create an account" }).waitFor();
await take("sign-in");
await register(page, "reader@example.com");
await page.getByRole("button", { name: "Try the sample document" }).waitFor();
await take("empty");
await page.getByRole("button", { name: "Try the sample document" }).click();
const chooser = page.waitForEvent("filechooser");
await page.getByRole("button", { name: "Add PDF" }).first().click();
await (await chooser).setFiles({ name: "Scanned letter.pdf", mimeType: "application/pdf", buffer: Buffer.from(scan) });
await page.getByText("No text to read.").waitFor();
await page.getByRole("button", { name: /Window-Sill.*pages/s }).click();
await page.getByText("Every answer shows the page it comes from.").waitFor();
await page.mouse.move(720, 300);
await take("first-question");
await ask("How do I get rid of fungus gnats?");
await openSource();
await page.locator("figure.leaf .hl").first().waitFor();
await page.mouse.move(720, 640);
await take("workspace");
await page.emulateMedia({ colorScheme: "dark" });
await take("workspace-dark");
await page.emulateMedia({ colorScheme: "light" });
await page.setViewportSize(phone);
await page.waitForTimeout(1500);
await page.goBack();
await take("phone-answer");
await openSource();
await take("phone-page");
await page.goBack();
await page.goBack();
await take("phone-library");
await page.setViewportSize(wide);
await page.getByRole("button", { name: /Window-Sill.*pages/s }).click();
await ask("Who won the football world cup in 1998?");
await take("not-found");

const host = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 });
await host.goto(origin);
await host.getByRole("button", { name: "Ask our documents" }).click();
await register(host, "visitor@example.com");
await host.getByRole("button", { name: "Try the sample document" }).waitFor();
await take("script-tag", host);
await host.close();

// The same library with a model that is slow to end, and a server that dies under it.
const model = await startModel([
  "Let the top of the soil dry out before you water again. ",
  "A layer of sand keeps the ",
]);
await stop("SIGTERM");
product = await start({ GEMINI_API_KEY: "key", GEMINI_BASE_URL: `http://127.0.0.1:${model.address().port}` });
await page.reload();
await page.getByRole("button", { name: "New conversation" }).click();
await begin("How do I get rid of fungus gnats?");
await page.getByText("keeps the").waitFor();
// Longer than the text is kept back from the database.
await page.waitForTimeout(2000);
await stop("SIGKILL");
await page.getByText("Reconnecting…").waitFor();
await take("reconnecting");
product = await start();
await page.getByText("The answer broke off").waitFor();
await take("broken-off");
await page.getByRole("button", { name: "Ask again" }).click();
await page.getByRole("button", { name: /^copy/i }).last().waitFor();
await page.getByRole("button", { name: "More", exact: true }).click();
await take("versions");
await page.keyboard.press("Escape");

// An embed that has stood on a site for two weeks.
await page.getByRole("button", { name: "Account and settings" }).click();
await page.getByRole("menuitem", { name: "Embeds" }).click();
await makeEmbed("Staff handbook", ["https://intra.hallgate.example"]);
await page.getByRole("button", { name: "All embeds" }).click();
await makeEmbed("Ask the gardener", ["https://hallgate.example", "https://shop.hallgate.example"]);
await page.getByPlaceholder("Add a question").fill("How do I get rid of fungus gnats?");
await page.keyboard.press("Enter");
await page.keyboard.type("What grows without much sun?");
await page.getByRole("textbox", { name: "Greeting" }).fill("What is growing on your sill?");
await page.getByRole("textbox", { name: "Accent", exact: true }).fill("#2e6b4f");
await page.getByRole("button", { name: "Save", exact: true }).click();
await page.getByRole("button", { name: "Save", exact: true, disabled: true }).waitFor();
await stop("SIGTERM");
await countQuestions([38, 44, 41, 52, 71, 88, 46, 42, 49, 45, 58, 79, 97], [3, 0, 4, 3, 8, 7, 0, 4, 3, 0, 8, 8, 8]);
product = await start();
await page.reload();
const preview = page.locator("pagewise-chat");
await preview.getByRole("button", { name: "How do I get rid of fungus gnats?" }).click();
await preview.getByRole("button", { name: /^copy/i }).waitFor();
await page.waitForTimeout(1000);
await page.mouse.move(720, 20);
await take("embed");
await page.emulateMedia({ colorScheme: "dark" });
await take("embed-dark");
await page.emulateMedia({ colorScheme: "light" });
await page.getByRole("button", { name: "All embeds" }).click();
await page.getByText("in 14 days").first().waitFor();
await page.mouse.move(720, 600);
await take("embeds");

await browser.close();
await stop("SIGTERM");
model.closeAllConnections();
model.close();
site.close();
await rm(dataDir, { recursive: true, force: true });

async function start(env = {}) {
  const child = spawn(process.execPath, [join(root, "dist/main.js")], {
    env: {
      ...{ PATH: process.env.PATH, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "silent", CORS_ORIGINS: origin },
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const text of child.stdout) if (String(text).includes("ready at")) break;
  return child;
}

async function stop(signal) {
  const ended = new Promise((done) => product.once("exit", done));
  product.kill(signal);
  await ended;
}

/** Says the texts in Gemini's format, and never comes to an end. */
async function startModel(texts) {
  const server = createServer((request, response) => {
    if (!request.url.includes("stream")) return void response.writeHead(200).end("{}");
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const text of texts)
      response.write(
        `data: ${JSON.stringify({ candidates: [{ content: { role: "model", parts: [{ text }] } }] })}\r\n\r\n`,
      );
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

async function register(page, email) {
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Create account" }).click();
}

/** By hand, as its owner would; the editor is open then. */
async function makeEmbed(name, origins) {
  await page.getByRole("button", { name: "New embed" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByPlaceholder("Add an address").fill(origins[0]);
  for (const origin of origins.slice(1)) {
    await page.keyboard.press("Enter");
    await page.keyboard.type(origin);
  }
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Save", exact: true, disabled: true }).waitFor();
}

/** What was asked of the newest embed on the days before today: written while the product does not run. */
async function countQuestions(questions, refused) {
  const { PGlite } = createRequire(join(root, "server/package.json"))("@electric-sql/pglite");
  const database = new PGlite(join(dataDir, "database"));
  const { rows } = await database.query("select id from embeds order by id desc limit 1");
  for (const [at, asked] of questions.entries()) {
    await database.query(
      "insert into embed_usage (embed_id, day, sessions, questions, refused) values ($1, current_date - $2::int, $3, $3, $4)",
      [rows[0].id, questions.length - at, asked, refused[at]],
    );
  }
  await database.close();
}

async function begin(question) {
  const box = page.getByRole("textbox", { name: "Your question" });
  await box.fill(question);
  await box.press("Enter");
  await page.getByText(question).last().waitFor();
}

async function ask(question) {
  await begin(question);
  await page.getByRole("button", { name: /^copy/i }).last().waitFor();
  await page.waitForTimeout(600);
}

/** The first source of the last answer, on its page. */
async function openSource() {
  const article = page.getByRole("article").last();
  await article
    .getByRole("button", { name: /source 1/i })
    .first()
    .click();
}

/** After everything that moves or loads has come to rest. */
async function take(name, from = page) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  await from.waitForTimeout(2000);
  await from.screenshot({ path: join(pictures, `${name}.png`) });
}
