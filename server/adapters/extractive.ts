// The built-in answerer: no key, no network. It answers in whole sentences of the passages and adds no word of its own.
import { setImmediate } from "node:timers/promises";
import { type Chosen, chooseSentences } from "../answer-choice.ts";
import { answerText, comparedText } from "../answer-text.ts";
import { asksForList } from "../answer-types.ts";
import { asksAuthors } from "../asked-authors.ts";
import { documentsTold } from "../asked-documents.ts";
import { type Compared, comparedDocuments, linesOfSeveral } from "../comparison.ts";
import type { LanguageModel, LanguageModelPart, LanguageModelRequest, Passage } from "../model-ports.ts";
import type { Logger } from "../ports.ts";
import { gap } from "../quote.ts";
import { leftOutOf, refusalFor, silenceOf } from "../refusals.ts";
import { createPageCheck } from "../standing.ts";
import { wholeAsked, wholesTold } from "../whole-asked.ts";

/** Below this retrieval score nothing was found. */
const threshold = 0.4;
const wordsPerDelta = 4;

export function createExtractive({ log }: { log: Pick<Logger, "error"> }): LanguageModel {
  return {
    name: "extractive",
    marksExactly: true,
    async *answer({ question, passages, signal }: LanguageModelRequest): AsyncGenerator<LanguageModelPart> {
      // What was found goes out before the answer is worked out.
      await setImmediate();
      const confidence = Math.max(0, ...passages.map((passage) => passage.score));
      const named = passages.map(({ documentTitle: title, filename = "" }) => ({ title, filename }));
      const whole = wholeAsked(question, named);
      const asRead = (whole !== null && !whole.ofOne) || asksAuthors(question);
      const told = asRead ? wholesTold(passages) : documentsTold(question, passages, threshold);
      const compared = told ?? comparedDocuments(question, passages);
      const telling = compared ? withoutSilent(passages, compared) : passages;
      const chosen =
        confidence < threshold ? [] : standing(chooseSentences(telling, question, { compared, asRead }), passages, log);
      const rows = chosen.filter(({ row }) => row);
      const apart =
        compared ??
        linesOfSeveral(
          question,
          passages,
          rows.map(({ passage }) => passage),
        );
      const written = () =>
        apart
          ? comparedText(chosen, apart, silenceOf(question))
          : answerText(chosen, asksForList(question) || chosen.some(({ step }) => step));
      const left = passages[0]?.documentsLeft ?? 0;
      const others = left > 0 ? `\n\n${leftOutOf(question, left)}` : "";
      const text = chosen.length ? written() + others : refusalFor(question);
      for (const part of text.match(new RegExp(`(?:\\S+\\s*){1,${wordsPerDelta}}`, "g")) ?? []) {
        if (signal.aborted) return;
        yield { type: "text", text: part };
      }
      yield {
        type: "finish",
        reason: chosen.length ? "stop" : "refused",
        confidence,
        usage: { promptTokens: 0, completionTokens: 0 },
      };
    },
  };
}

/** Of a document whose best passage answers nothing no sentence is told. */
function withoutSilent(passages: Passage[], { titleOf }: Compared): Passage[] {
  const telling = new Set(passages.flatMap(({ score }, index) => (score < threshold ? [] : [titleOf(index + 1)])));
  return passages.map((passage, index) => (telling.has(titleOf(index + 1)) ? passage : { ...passage, sentences: [] }));
}

/** The sentences that stand on the pages that they cite. Any other is a defect of ours, and is not sent. */
function standing(chosen: Chosen[], passages: Passage[], log: Pick<Logger, "error">): Chosen[] {
  const checks = new Map<number, (words: string) => boolean>();
  return chosen.filter((sentence) => {
    const { passage: number, text, cells, columns, over = [], captions = [] } = sentence;
    const passage = passages[number - 1];
    const check = checks.get(number) ?? createPageCheck(passage?.pageText ?? passage?.text ?? "");
    checks.set(number, check);
    const parts = [cells?.join(gap) ?? "", text, ...[columns ?? [], ...over].map((row) => row.join(gap)), ...captions];
    const stands = parts.every(check);
    if (!stands) log.error({ page: passage?.page, length: text.length }, "a sentence does not stand on its page");
    return stands;
  });
}
