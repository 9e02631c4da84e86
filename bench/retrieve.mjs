// How long a question waits for its first `citations` event over HTTP: in one document, and over libraries that grow.
//   TEST_DATABASE_URL=postgres://... node bench/retrieve.mjs [chunks, 1000,5000,20000,100000] [--draw] [--profile]
//     [--only embedded|PostgreSQL] [--points file]
// Beside it in the same run, on the same database: the plain statement that most programs would send, an OR of the
// question's words ranked by ts_rank, without HTTP, conversation, ranking or quotes. --draw writes docs/pictures/growth.svg;
// --profile leaves a CPU profile of the product in the current folder. --points keeps what was measured in a file and draws
// what earlier runs left there too: all of it takes several minutes, and a machine is seldom quiet for so long.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../scripts/build.mjs";
import { ask } from "./ask.mjs";
import { drawGrowth } from "./growth.mjs";
import { startProduct } from "./product.mjs";
import { createLibrary, email } from "./synthetic-library.mjs";
import { createWriter, randomFrom } from "./synthetic-pages.mjs";

/** A server answers thousands: for the first hundred its compiler still translates what it meets. */
const warmUps = 150;
const questionsOfScope = 60;

const { values, positionals } = parseArgs({
  options: {
    draw: { type: "boolean" },
    profile: { type: "boolean" },
    questions: { type: "string", default: String(questionsOfScope) },
    only: { type: "string" },
    points: { type: "string" },
  },
  allowPositionals: true,
});
const sizes = (positionals[0] ?? "1000,5000,20000,100000").split(",").map(Number);
const perScope = Number(values.questions);
const databases = [
  ["embedded", undefined],
  ...(process.env.TEST_DATABASE_URL ? [["PostgreSQL", process.env.TEST_DATABASE_URL]] : []),
].filter(([name]) => !values.only || name === values.only);

/** Questions about the first document, and about any of them, always the same. */
function questionsFor(writer, documents) {
  const random = randomFrom(99);
  const about = (index) => {
    const pages = [...writer.pages(index + 1, Math.min(documents[index].pages, 30))];
    return writer.question(random, pages[Math.floor(random() * pages.length)]);
  };
  const many = (pick) => Array.from({ length: warmUps + perScope }, () => about(pick()));
  return { document: many(() => 0), library: many(() => Math.floor(random() * documents.length)) };
}

async function plainTimes({ db, documents }, questions) {
  const statement = `
    with asked as (select to_tsquery('english', ?) q)
    select c.id, c.document_id, c.page, c.content from chunks c, asked
    where c.tsv @@ asked.q and c.document_id = any(?::uuid[])
    order by ts_rank(c.tsv, asked.q) desc, c.id limit 10`;
  const times = {};
  for (const [scope, texts] of Object.entries(questions)) {
    const ids = (scope === "document" ? documents.slice(0, 1) : documents).map(({ id }) => id);
    times[scope] = [];
    for (const [index, text] of texts.entries()) {
      const begun = performance.now();
      await db.raw(statement, [text.match(/[\p{L}\p{N}]+/gu).join(" | "), ids]);
      if (index >= warmUps) times[scope].push(performance.now() - begun);
    }
  }
  return times;
}

async function ourTimes(library, questions) {
  const product = await startProduct({
    home: library.home,
    env: { QUESTIONS_PER_MINUTE: "0" },
    nodeOptions: values.profile ? ["--cpu-prof", "--cpu-prof-interval=500"] : [],
  });
  try {
    const account = await product.signIn(email);
    const times = {};
    for (const [scope, texts] of Object.entries(questions)) {
      times[scope] = [];
      for (const [index, text] of texts.entries()) {
        const answer = await ask(account, text, scope === "document" ? [library.documents[0].id] : undefined);
        if (answer.citations.length === 0) throw new Error(`nothing was found for “${text}”`);
        if (index >= warmUps) times[scope].push(answer.citationsMs);
      }
    }
    return times;
  } finally {
    await product.close();
  }
}

function summaryOf(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)];
  return { median: at(0.5), p95: at(0.95) };
}

const earlier = values.points ? JSON.parse(await readFile(values.points, "utf8").catch(() => "[]")) : [];
const rows = [];
const shown = ({ median, p95 }) => `${median.toFixed(1)} / ${p95.toFixed(1)}`;
console.log("milliseconds until the first citations, median / 95 %\n");
console.log(["database", "scope", "chunks", "ours", "plain statement"].join("\t"));
for (const [database, databaseUrl] of databases) {
  for (const size of sizes) {
    const writer = createWriter();
    let questions;
    const library = await createLibrary({ chunks: size, databaseUrl }, (filled) => {
      questions = questionsFor(writer, filled.documents);
      return plainTimes(filled, questions);
    });
    try {
      const ours = await ourTimes(library, questions);
      for (const scope of ["document", "library"]) {
        const row = { database, scope, chunks: library.chunks, ...summaryOf(ours[scope]) };
        const plain = summaryOf(library.measured[scope]);
        rows.push({ ...row, plain });
        const where = scope === "document" ? `one of ${library.documents[0].pages} pages` : "library";
        console.log([database, where, row.chunks, shown(row), shown(plain)].join("\t"));
      }
    } finally {
      await library.close();
    }
  }
}
const isAgain = (old) => rows.some((row) => ["database", "scope", "chunks"].every((name) => row[name] === old[name]));
const points = [...earlier.filter((row) => !isAgain(row)), ...rows];
if (values.points) await writeFile(values.points, JSON.stringify(points, null, 2));
if (values.draw) {
  await writeFile(join(root, "docs/pictures/growth.svg"), drawGrowth(points));
  console.log("drawn in docs/pictures/growth.svg");
}
