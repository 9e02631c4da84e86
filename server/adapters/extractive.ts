// The built-in answerer: no key, no network. It answers in whole sentences of the passages and adds no word of its own.
import type { LanguageModel, LanguageModelPart, LanguageModelRequest, Passage } from "../ports.ts";

const maxSentences = 3;
/** Characters of the answer after which no further sentence is added. */
const enough = 420;
/** A further sentence must score at least this share of the best one. */
const closeToBest = 0.45;
/** What another passage adds must be nearly as good: else it is beside the point. */
const closeElsewhere = 0.65;
/** What stands beside the best sentence explains it, and reads on. */
const besideBest = 0.3;
/** Below this retrieval score nothing was found. */
const threshold = 0.4;
const wordsPerDelta = 4;

const refusal = "These documents do not seem to answer that question.";

interface Chosen {
  /** 1-based number of the passage. */
  passage: number;
  /** Place in the passage. */
  order: number;
  text: string;
  row: boolean;
  score: number;
}

export function createExtractive(): LanguageModel {
  return {
    name: "extractive",
    async *answer({ question, passages, signal }: LanguageModelRequest): AsyncGenerator<LanguageModelPart> {
      const confidence = Math.max(0, ...passages.map((passage) => passage.score));
      const sentences = confidence < threshold ? [] : choose(passages, question);
      const text = sentences.length ? compose(sentences) : refusal;
      for (const part of text.match(new RegExp(`(?:\\S+\\s*){1,${wordsPerDelta}}`, "g")) ?? []) {
        if (signal.aborted) return;
        yield { type: "text", text: part };
      }
      yield {
        type: "finish",
        reason: sentences.length ? "stop" : "refused",
        confidence,
        usage: { promptTokens: 0, completionTokens: 0 },
      };
    },
  };
}

/** The best sentences, at most three, none twice. */
function choose(passages: Passage[], question: string): Chosen[] {
  const all = passages.flatMap((passage, index) =>
    passage.sentences.map((sentence, order): Chosen => ({ passage: index + 1, order, ...sentence })),
  );
  const byScore = (left: Chosen, right: Chosen) => right.score - left.score;
  const [first] = all.sort(byScore);
  const best = first?.score ?? 0;
  for (const sentence of all) {
    const distance = sentence.passage === first?.passage ? sentence.order - first.order : 0;
    if (Math.abs(distance) === 1) sentence.score += besideBest * best;
  }
  const labels = all.filter(({ text, score }) => score >= best * closeToBest && tellsNothing(text, question));
  for (const label of labels) {
    for (const sentence of all) {
      const distance = sentence.passage === label.passage ? sentence.order - label.order : 0;
      if (distance === 1 || distance === 2) sentence.score = Math.max(sentence.score, 0.9 * label.score);
    }
  }
  all.sort(byScore);
  const chosen: Chosen[] = [];
  let length = 0;
  for (const sentence of all) {
    if (chosen.length === maxSentences + Math.min(2, labels.length) || sentence.score < best * closeToBest) break;
    if (sentence.passage !== first?.passage && sentence.score < best * closeElsewhere) continue;
    if (chosen.length && length + sentence.text.length > enough) continue;
    if (chosen.some((other) => sameWords(other.text, sentence.text))) continue;
    chosen.push(sentence);
    length += sentence.text.length;
  }
  return chosen;
}

/** Says hardly more than the question: what follows it is the answer. */
function tellsNothing(text: string, question: string): boolean {
  const asked = new Set(wordsOf(question));
  return wordsOf(text).filter((word) => !asked.has(word)).length < 2;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The best passage first; sentences of one passage in their order. */
function compose(chosen: Chosen[]): string {
  const passages = [...new Set(chosen.map((sentence) => sentence.passage))];
  const ordered = passages.flatMap((passage) =>
    chosen.filter((sentence) => sentence.passage === passage).sort((left, right) => left.order - right.order),
  );
  return ordered
    .map((sentence, index) => {
      const separator = index === 0 ? "" : sentence.row || ordered[index - 1]?.row ? "\n" : " ";
      return `${separator}${withoutMarks(sentence.text)} [${sentence.passage}]`;
    })
    .join("");
}

/** A document's own "[12]" is no citation of ours. */
function withoutMarks(text: string): string {
  return text.replace(/\[(\s*\d+(?:\s*[,;–-]\s*\d+)*\s*)\]/g, "($1)");
}

function sameWords(left: string, right: string): boolean {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
  return bare(left).includes(bare(right)) || bare(right).includes(bare(left));
}
