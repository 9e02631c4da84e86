// What a language model is given of a conversation: the newest turns that fit a budget of tokens. Pure.
import type { Turn } from "./follow-up.ts";
import type { LanguageModelRequest } from "./model-ports.ts";
import { wellFormed } from "./well-formed.ts";

/** Stands where an answer failed or was blocked, so that its question is not taken for one that waits. */
const unanswered = "(This question was not answered.)";
const omission = " […] ";
/** Of the budget, for one question or one answer: the newest turn always fits. */
const shareOfOne = 0.45;
/** What a model's format adds around each message. */
const perMessage = 4;

/** @param turns oldest first. @param maxTokens by `tokensOf`. */
export function historyOf(turns: Turn[], maxTokens: number): LanguageModelRequest["history"] {
  const most = Math.floor(maxTokens * shareOfOne) - perMessage;
  const history: LanguageModelRequest["history"] = [];
  let left = maxTokens;
  for (const { question, answer } of turns.toReversed()) {
    const asked = cutMiddle(withoutMarks(question), most);
    const told = cutMiddle(answer === null ? unanswered : withoutMarks(answer), most);
    left -= tokensOf(asked) + tokensOf(told) + 2 * perMessage;
    if (left < 0) break;
    history.unshift({ role: "user", text: asked }, { role: "assistant", text: told });
  }
  return history;
}

/** Numbers of an old answer's citations mean other passages now. */
export function withoutMarks(text: string): string {
  return text.replace(/[ \t]*\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]/g, "").trim();
}

/** A character of these is a token or more. */
const wide = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[\ud800-\udbff][\udc00-\udfff]/g;
/** Letters of Latin script without accents: words that tokenizers know whole. */
const plain = /[A-Za-z]+/g;
const figures = /\d+/g;
const others = /[^\sA-Za-z\d]/g;

/**
 * How many tokens a text is, rather too many than too few: within a third of what OpenAI's o200k vocabulary makes of
 * prose in 12 languages, half as much again in Cyrillic and Hangul.
 */
export function tokensOf(text: string): number {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const sum = (pattern: RegExp, tokens: (length: number) => number) =>
    (text.match(pattern) ?? []).reduce((total, { length }) => total + tokens(length), 0);
  const wides = count(wide);
  const words = sum(plain, (length) => 1 + Math.max(0, Math.ceil((length - 7) / 3)));
  return Math.ceil(
    words + sum(figures, (length) => Math.ceil(length / 3)) + 1.1 * wides + 0.6 * (count(others) - wides),
  );
}

/** Beginning and end say most: what stands between them is left out. */
function cutMiddle(text: string, maxTokens: number): string {
  const tokens = tokensOf(text);
  if (tokens <= maxTokens) return text;
  for (let length = Math.floor((text.length * maxTokens) / tokens); ; length = Math.floor(length * 0.9)) {
    const head = wellFormed(text.slice(0, Math.ceil(length * 0.6))).replace(/\s+\S{0,30}$/, "");
    const tail = wellFormed(text.slice(text.length - Math.floor(length * 0.4))).replace(/^\S{0,30}\s+/, "");
    const cut = `${head}${omission}${tail}`;
    if (length < 10 || tokensOf(cut) <= maxTokens) return cut;
  }
}
