// Questions to begin with for each ready document: made of its own sentences, kept where retrieval finds their answer.
import { setTimeout as sleep } from "node:timers/promises";
import { DocumentModel } from "@pagewise/server/models/document";
import { readPages } from "@pagewise/server/page-reading";
import { retrieve } from "@pagewise/server/retrieval";
import { announce } from "./announce.ts";
import type { WorkerParts } from "./deps.ts";
import { candidatesOf, diverse } from "./suggest/candidates.ts";
import type { Candidate } from "./suggest/sentence.ts";
import { answersWhole, wholeQuestions } from "./suggest/whole.ts";

const suggested = 3;
/** Candidates that are tried; a bound in time would give a busy machine's documents other questions. */
const maxTries = 12;
const breathMs = 5;
/** Pages that are read: the first ones and some of the rest. */
const firstPages = 24;
const laterPages = 16;
/** Above the answerer's own threshold: a question that we ask ourselves must be answered well. */
const leastConfidence = 0.6;

/** Newest first; each is told of when it has its questions. Safe to run twice, also at once. */
export async function suggestQuestions(deps: WorkerParts, stop: AbortSignal): Promise<void> {
  const { db, log } = deps;
  while (!stop.aborted) {
    const document = await DocumentModel.query(db)
      .modify("live")
      .where("status", "ready")
      .whereNull("suggestions")
      .orderBy("id", "desc")
      .first();
    if (!document) return;
    const startedAt = performance.now();
    // One that gives none, or breaks, is not tried for ever.
    const suggestions = await questionsFor(deps, document, stop).catch((error) => {
      log.warn({ documentId: document.id, err: error }, "no questions could be suggested");
      return [];
    });
    if (stop.aborted) return;
    await DocumentModel.query(db).findById(document.id).whereNull("suggestions").patch({ suggestions });
    const ms = Math.round(performance.now() - startedAt);
    log.info({ documentId: document.id, suggestions: suggestions.length, ms }, "questions are suggested");
    if (suggestions.length > 0) await announce(deps, document);
  }
}

async function questionsFor(deps: WorkerParts, document: DocumentModel, stop: AbortSignal): Promise<string[]> {
  const numbers = pagesToRead(document.pages ?? 0);
  const pages = await readPages(
    deps,
    [document],
    numbers.map((page) => ({ documentId: document.id, page })),
  );
  const found: Candidate[] = [];
  for (const candidate of diverse(await candidatesOf(pages, document.language, breathe), maxTries)) {
    if (stop.aborted || found.length === suggested) break;
    if (await isAnswered(deps, document, candidate)) found.push(candidate);
    await breathe();
  }
  // Beside other documents "the document" says little: first the questions that name what they ask.
  const later = ({ kind }: Candidate) => Number(kind === "topic");
  const questions = found.toSorted((one, other) => later(one) - later(other)).map(({ question }) => question);
  for (const question of wholeQuestions(document.language)) {
    if (stop.aborted || questions.length >= suggested) break;
    if (await isAnsweredAtAll(deps, document, question)) questions.push(question);
    await breathe();
  }
  return questions;
}

async function isAnsweredAtAll({ db }: WorkerParts, document: DocumentModel, question: string): Promise<boolean> {
  const { passages, confidence } = await retrieve({ db }, [document], question, []);
  const sentences = passages.flatMap((passage) => passage.sentences);
  const [best] = sentences.toSorted((one, other) => other.score - one.score);
  return best !== undefined && confidence >= leastConfidence && answersWhole(best, question);
}

/** Whoever else waits in this process goes first. */
const breathe = () => sleep(breathMs);

function pagesToRead(pages: number): number[] {
  const all = Array.from({ length: pages }, (_, index) => index + 1);
  const later = all.slice(firstPages);
  const step = Math.max(1, later.length / laterPages);
  return [
    ...all.slice(0, firstPages),
    ...later.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)),
  ];
}

/** Whether a sentence that it was made of is what it finds: the best of all, or next to it. */
async function isAnswered(
  { db }: WorkerParts,
  document: DocumentModel,
  { question, page, answers, row }: Candidate,
): Promise<boolean> {
  const { passages, confidence } = await retrieve({ db }, [document], question, []);
  const sentences = passages.flatMap((passage) =>
    passage.sentences.map((sentence) => ({ page: passage.page, ...sentence })),
  );
  const best = sentences.toSorted((one, other) => other.score - one.score).slice(0, 2);
  const isIt = (sentence: (typeof best)[number]) =>
    row
      ? sentence.cells?.join() === row.join() && sentence.columns !== undefined
      : sentence.page === page && answers.includes(sentence.text);
  return confidence >= leastConfidence && best.some(isIt);
}
