// The built-in answerer: no key, no network. It answers in whole sentences of the passages and adds no word of its own.
import type { LanguageModel, LanguageModelPart, LanguageModelRequest, Passage } from "../ports.ts";

const maxSentences = 3;
/** Characters of the answer after which no further sentence is added. */
const enough = 420;
/** A further sentence must score at least this share of the best one. */
const closeToBest = 0.45;
/** What stands beside the best sentence explains it, and reads on. */
const besideBest = 0.3;
/** Below this retrieval score nothing was found. */
const threshold = 0.33;
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
    async *answer({ passages, signal }: LanguageModelRequest): AsyncGenerator<LanguageModelPart> {
      const confidence = Math.max(0, ...passages.map((passage) => passage.score));
      const sentences = confidence < threshold ? [] : choose(passages);
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
function choose(passages: Passage[]): Chosen[] {
  const all = passages.flatMap((passage, index) =>
    passage.sentences.map((sentence, order): Chosen => ({ passage: index + 1, order, ...sentence })),
  );
  const byScore = (left: Chosen, right: Chosen) => right.score - left.score;
  const [first] = all.sort(byScore);
  const best = first?.score ?? 0;
  for (const sentence of all) {
    const beside = sentence.passage === first?.passage && Math.abs(sentence.order - first.order) === 1;
    if (beside) sentence.score += besideBest * best;
  }
  all.sort(byScore);
  const chosen: Chosen[] = [];
  let length = 0;
  for (const sentence of all) {
    if (chosen.length === maxSentences || sentence.score < best * closeToBest) break;
    if (chosen.length && length + sentence.text.length > enough) continue;
    if (chosen.some((other) => sameWords(other.text, sentence.text))) continue;
    chosen.push(sentence);
    length += sentence.text.length;
  }
  return chosen;
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
