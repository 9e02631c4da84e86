// Questions that a document could be asked, each with the sentence that answers it; the likeliest first. Pure.
import { inOneLine } from "@pagewise/server/one-line";
import { type Segment, type SegmentedPage, segmentsOf } from "@pagewise/server/segments";
import { english } from "./english.ts";
import { ownQuestion } from "./english-subject.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { rowQuestionsOf } from "./rows.ts";
import { type Candidate, type Form, isPlain, type Lexicon, lexiconOf, reads, type Sentence } from "./sentence.ts";
import { spanish } from "./spanish.ts";
import { type Line, topicsOf } from "./topics.ts";

const forms: Record<string, Form[]> = { en: english, de: german, fr: french, es: spanish };

/** What a reader gains of each kind of question. */
const worths: Record<Candidate["kind"], number> = {
  how: 1,
  cause: 1,
  figure: 0.95,
  row: 0.95,
  entry: 0.5,
  event: 0.9,
  definition: 0.9,
  share: 0.85,
  purpose: 0.8,
  place: 0.75,
  fact: 0.85,
  name: 0.55,
  topic: 0.5,
};
/** Of one kind, so that others are looked at too. */
const mostOfKind = 6;
const mostOfPage = 4;

export type SuggestedFrom = SegmentedPage & { page: number };

/**
 * @param breathe is waited for between pages: a long document is some hundred milliseconds of work.
 * @returns none in a language whose sentences are not known.
 */
export async function candidatesOf(
  pages: SuggestedFrom[],
  language: string | null,
  breathe: () => Promise<void>,
): Promise<Candidate[]> {
  const known = language ? forms[language] : undefined;
  if (!known || !language) return [];
  const read: Line[][] = [];
  for (const page of pages) {
    const textOf = ({ start, end }: Segment) => inOneLine(page.text.slice(start, end));
    read.push(segmentsOf(page).map((segment) => ({ kind: segment.kind, text: textOf(segment), page: page.page })));
    await breathe();
  }
  const sentences = read.flat().filter(({ kind }) => kind === "sentence");
  const words = lexiconOf(sentences.map(({ text }) => text));
  const found = language === "en" ? ownQuestions(sentences) : [];
  for (const lines of read) {
    const plain = lines.filter(({ kind, text }) => kind === "sentence" && isPlain(text));
    found.push(...plain.flatMap((sentence) => ask(sentence, known, words)));
    await breathe();
  }
  if (language === "en") {
    for (const page of pages) {
      found.push(...rowQuestionsOf(page, words));
      await breathe();
    }
  }
  return best([...found, ...topicsOf(read, { language, words })], words);
}

/** Those that the text asks itself and answers at once. */
function ownQuestions(sentences: Sentence[]): Candidate[] {
  return sentences.flatMap(({ text, page }, index): Candidate[] => {
    const next = sentences[index + 1];
    const answered =
      next && next.page === page && isPlain(next.text) && !/Proceedings|arXiv|\(\d{4}\)|\bpp\./.test(next.text);
    return answered && ownQuestion(text) && reads(text)
      ? [{ question: text, kind: "fact", page, answers: [next.text] }]
      : [];
  });
}

function ask(sentence: Sentence, known: Form[], words: Lexicon): Candidate[] {
  for (const form of known) {
    const found = form(sentence.text, words);
    if (found && reads(found.question)) return [{ ...found, page: sentence.page, answers: [sentence.text] }];
  }
  return [];
}

function best(candidates: Candidate[], words: Lexicon): Candidate[] {
  const seen = new Set<string>();
  const taken = new Map<string | number, number>();
  const take = (key: string | number, most: number) => {
    const count = taken.get(key) ?? 0;
    taken.set(key, count + 1);
    return count < most;
  };
  return candidates
    .map((candidate) => ({ candidate, worth: worthOf(candidate, words) }))
    .sort((one, other) => other.worth - one.worth)
    .filter(({ candidate: { question, kind, page } }) => {
      if (seen.has(question.toLowerCase())) return false;
      seen.add(question.toLowerCase());
      return take(kind, mostOfKind) && take(page, mostOfPage);
    })
    .map(({ candidate }) => candidate);
}

/** What the document speaks of often, and early, is what it is about. */
function worthOf({ question, kind, page }: Candidate, words: Lexicon): number {
  const counts = (question.match(/\p{L}{4,}/gu) ?? []).map((word) => words.count(word));
  const salience = Math.min(1, Math.max(0, ...counts) / 10);
  return worths[kind] * (0.6 + 0.4 * salience) * (1 / (1 + 0.01 * page));
}

const telling = (text: string) => new Set(text.toLowerCase().match(/\p{L}{4,}|\p{N}{2,}/gu) ?? []);

/** The first three that differ: in what they ask about, and where they can in kind and page. */
export function diverse<C extends Candidate>(candidates: C[], most: number): C[] {
  const chosen: C[] = [];
  const alike = (one: C, other: C) => {
    const words = telling(one.question);
    const shared = [...telling(other.question)].filter((word) => words.has(word)).length;
    return shared / Math.max(1, Math.min(words.size, telling(other.question).size));
  };
  for (const strict of [true, false]) {
    for (const candidate of candidates) {
      if (chosen.length >= most) return chosen;
      if (chosen.includes(candidate)) continue;
      const near = (other: C) =>
        alike(candidate, other) > (strict ? 0.34 : 0.6) ||
        (strict && (candidate.kind === other.kind || candidate.page === other.page)) ||
        (candidate.kind === other.kind && (candidate.kind === "name" || candidate.kind === "topic"));
      if (!chosen.some(near)) chosen.push(candidate);
    }
  }
  return chosen;
}
