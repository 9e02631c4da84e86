import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMemoryEventLog } from "../../server/adapters/event-log-memory.ts";
import { createExtractive } from "../../server/adapters/extractive.ts";
import { DocumentModel } from "../../server/models/document.ts";
import { retrieve } from "../../server/retrieval.ts";
import { type AddedDocument, addDocument } from "../../server/test/library.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf } from "../../server/test/pdf.ts";
import type { WorkerParts } from "../deps.ts";
import { rowQuestionsOf } from "../suggest/rows.ts";
import { lexiconOf } from "../suggest/sentence.ts";
import { answersWhole } from "../suggest/whole.ts";
import { suggestQuestions } from "../suggest.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
let userId: string;
beforeAll(async () => {
  bench = await openBench();
  userId = await bench.addUser();
});
afterAll(() => bench?.close());

/** What only says that a page has text. */
const filler =
  "The paint on the doors is renewed every spring before the visitors come back.\nNobody has counted the gulls for years, and the cats do not care about them.";

const read = async (made: AddedDocument): Promise<DocumentModel> => {
  const id = await addDocument(bench.db, userId, made);
  const parts = { db: bench.db, events: bench.events, log: silentLog };
  await suggestQuestions(parts as unknown as WorkerParts, new AbortController().signal);
  return (await DocumentModel.query(bench.db).findById(id)) as DocumentModel;
};

/** The answer that the built-in answerer gives. */
async function answerTo(document: DocumentModel, question: string): Promise<string> {
  const { passages } = await retrieve({ db: bench.db }, [document], question, []);
  const { signal } = new AbortController();
  let text = "";
  for await (const part of createExtractive({ log: silentLog }).answer({ question, history: [], passages, signal }))
    if (part.type === "text") text += part.text;
    else expect([question, part.reason]).toEqual([question, "stop"]);
  return text;
}

const english: AddedDocument = {
  title: "Harbour guide",
  pages: [
    `The Harbour Museum was founded in 1911 by Anna Berg.\nThe Harbour Museum is open on weekdays.\n${filler}`,
    `To open the lock gate, press the green lever and wait for the bell.\n${filler}`,
    "The tidal barrage is a low dam that holds the water back at ebb.\nEngineers visit the tidal barrage once a month.\nThe tidal barrage has nine gates.",
    `Some 62% of local residents own a boat, while the rest rent one.\n${filler}`,
  ],
};
const german: AddedDocument = {
  title: "Talwerke",
  language: "de",
  pages: [
    "Die Talwerke wurden 1921 in Ulm gegründet.\nDie Talwerke bauen Pumpen und Motoren für die ganze Welt.",
    "Um den Deckel zu öffnen, drücken Sie den grünen Hebel nach unten.\nDer Deckel ist aus Stahl und wird nicht lackiert.",
    "Der Umsatz der Talwerke betrug im Jahr 2022 vierzig Millionen Euro.\nDie Nachfrage nach Motoren stieg in allen Ländern.",
  ],
};
const french: AddedDocument = {
  title: "Le musée",
  language: "fr",
  pages: [
    "Le musée du verre a été fondé en 1923 par une famille de Nancy.\nLes visiteurs peuvent voir les anciens fours.",
    "Pour ouvrir la vitrine, tournez la clé deux fois vers la gauche.\nLes gardiens sont les seuls à avoir cette clé.",
    "La tour du Lion se trouve près de la gare, au bord du canal.\nElle est fermée pendant les mois de travaux.",
  ],
};
const spanish: AddedDocument = {
  title: "El puerto",
  language: "es",
  pages: [
    "El faro de Levante fue construido en 1902 por los vecinos.\nLa luz se ve desde muy lejos cuando no hay niebla.",
    "Para abrir la compuerta, gire la rueda hacia la derecha.\nLos barcos esperan hasta que suena la campana.",
    "El mercado central se encuentra en la plaza de los Olmos.\nLos puestos cierran cuando termina la subasta.",
  ],
};

test.each([
  [english, ["When was the Harbour Museum founded?", "How do I open the lock gate?", "What is the tidal barrage?"]],
  [
    german,
    [
      "Wann wurden die Talwerke gegründet?",
      "Wie kann ich den Deckel öffnen?",
      "Wie hoch war der Umsatz der Talwerke im Jahr 2022?",
    ],
  ],
  [
    french,
    [
      "Quand le musée du verre a-t-il été fondé\u00a0?",
      "Comment ouvrir la vitrine\u00a0?",
      "Où se trouve la tour du Lion\u00a0?",
    ],
  ],
  [
    spanish,
    [
      "¿Cuándo fue construido el faro de Levante?",
      "¿Cómo puedo abrir la compuerta?",
      "¿Dónde se encuentra el mercado central?",
    ],
  ],
])("three questions in the document's language, each answered from it: $title", async (made, questions) => {
  const document = await read(made);
  expect(new Set(document.suggestions)).toEqual(new Set(questions));
  for (const question of questions) expect(await answerTo(document, question)).toMatch(/\[1\]/);
});

test.each<[string, AddedDocument]>([
  ["tables", { title: "Figures", pages: ["Total 12 44 19\nOther 9 3 1\nNet sales 4 4 4\nTable of Contents\nIndex"] }],
  [
    "a language whose sentences are not known",
    { title: "青空塔", language: "ja", pages: ["青空塔は1911年に設立された。"] },
  ],
  ["next to nothing", { title: "Empty", pages: ["?", "…"] }],
])("none rather than silly ones: %s", async (_name, made) => {
  expect((await read(made)).suggestions).toEqual([]);
});

test("sentences that point elsewhere are not asked for, but the document as a whole is", async () => {
  const page =
    "It was founded in 1911 by them.\nThis is a list.\nThe company is a group.\nTo do this, press it.\nIn 2021, that was the result of these.";
  const document = await read({ title: "Notes", pages: [page] });
  expect(document.suggestions).toEqual(["What is this document about?", "Summarise this document"]);
  for (const question of document.suggestions ?? []) expect(await answerTo(document, question)).toMatch(/\[1\]/);
});

test("a row is asked for its figure of the last year that its columns name", () => {
  const lines = ["(in millions) \t2022 \t2021", "Operating income \t98 \t54", "Other income \t1 \t2"];
  let text = "";
  const placed = lines.map((line, index) => {
    const start = text.length;
    text += `${line}\n`;
    const box: [number, number, number, number] = [0.1, 0.1 + index * 0.02, 0.9, 0.112 + index * 0.02];
    return { start, end: start + line.length, box, height: 0.012 };
  });
  const page = { text, lines: placed, ranges: [{ start: 0, end: text.length }], page: 7 };
  expect(rowQuestionsOf(page, lexiconOf(["The operating income rose."]))).toEqual([
    {
      question: "What was the operating income in 2022?",
      kind: "row",
      page: 7,
      answers: [],
      row: ["Operating income", "98", "54"],
    },
  ]);
});

test("figures are suggested where something is measured, a row where its columns have names", () => {
  const says = (text: string, more = {}) =>
    answersWhole({ text, row: false, score: 1, ...more }, "What are the key figures?");
  expect(says("The boats stayed in for 41 percent of the winter.")).toBe(true);
  expect(says("The boats stayed in for most of the winter of 1911.")).toBe(false);
  expect(says("Sales 5 6", { row: true, cells: ["Sales", "5", "6"] })).toBe(false);
  expect(says("Sales 5 6", { row: true, cells: ["Sales", "5", "6"], columns: ["", "2022", "2021"] })).toBe(true);
});

test("a document is ready first, and told of again with its questions; an outage leaves them for later", async () => {
  const events = createMemoryEventLog({ clock: { now: () => new Date() } });
  const pdf = makePdf(english.pages);
  const worker = await bench.startWorker({ events, sweepEveryMs: 50 });
  const id = await bench.addDocument(userId, pdf);
  const done = await until(
    () => bench.document(id),
    (row) => row?.suggestions != null,
  );
  expect(done?.status).toBe("ready");
  expect(done?.suggestions).toContain("How do I open the lock gate?");
  expect(Number(done?.processed_at)).toBeLessThanOrEqual(Date.now());
  await sleep(50);
  const told = await events.last(DocumentModel.eventsKey(userId));
  expect(told).toBeGreaterThanOrEqual(3);
  await worker.stop({ graceMs: 1000 });

  // The chunks cannot be read: the document stays ready, and nothing is asked again and again.
  const broken = await addDocument(bench.db, userId, english);
  const db = new Proxy(bench.db, {
    get: (target, name) => (name === "raw" ? () => Promise.reject(new Error("no")) : Reflect.get(target, name)),
  });
  const warnings: string[] = [];
  const log = { info() {}, error() {}, debug() {}, warn: (_: object, message: string) => warnings.push(message) };
  await suggestQuestions({ db, events, log } as unknown as WorkerParts, new AbortController().signal);
  expect(warnings).toEqual(["no questions could be suggested"]);
  expect(await bench.document(broken)).toMatchObject({ status: "ready", suggestions: [] });
});
