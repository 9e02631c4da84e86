// What an answer may cite: passages whose quotation was checked against its page, while their documents are there.

import type { AnswerStatements } from "./answer-statements.ts";
import { citedIn } from "./citation-marks.ts";
import { unsupportedRanges } from "./grounding.ts";
import type { StoredCitation } from "./models/conversation.ts";
import { orAborted } from "./or-aborted.ts";
import type { Logger } from "./ports.ts";
import { isOwnReply } from "./refusals.ts";
import type { Retrieved } from "./retrieval.ts";
import { standsOn } from "./standing.ts";
import type { TextCache } from "./text-cache.ts";
import { visible } from "./visible-text.ts";

export interface Evidence extends Retrieved {
  /** Whether there is a citation of this number and its document was there when last looked. */
  isCitable(number: number): boolean;
  /** Looks whether the documents are there still: before a mark is sent, and at the end. */
  look(): Promise<void>;
  /** Looks once more, and weighs a text against what is there. */
  ground(text: string, answer: { question: string; isRefused: boolean }): Promise<Grounding>;
}

/** What an answer stands on. */
export interface Grounding {
  /** Numbers of citations, in the order of their first mark. */
  cited: number[];
  /** UTF-16 ranges of the text that no citation supports. */
  unsupported: [number, number][];
}

interface Deps {
  log: Logger;
  statements: Pick<AnswerStatements, "live">;
  texts: TextCache;
}

/** A connection may be held by something in between: an answer waits no longer for it. */
const lookMs = 3_000;

/** A citation whose page does not hold its quotation word for word is left out, and the others are numbered without gaps. */
export function gatherEvidence(deps: Deps, found: Retrieved): Evidence {
  const kept = found.citations.flatMap((citation, index) => {
    const passage = found.passages[index];
    if (!passage) return [];
    if (standsOn(passage.pageText ?? passage.text, citation.quote))
      return [{ citation: allVisible(citation), passage: allVisible(passage) }];
    const { document_id, page, quote } = citation;
    deps.log.error({ document_id, page, quote }, "a quotation does not stand on its page and is left out");
    return [];
  });
  const citations = kept.map(({ citation }, index) => ({ ...citation, index: index + 1 }));
  const passages = kept.map(({ passage }) => passage);
  let gone = new Set<string>();
  const isCitable = (number: number) => {
    const citation = citations[number - 1];
    return citation !== undefined && !gone.has(citation.document_id);
  };
  const look = async () => {
    try {
      const looked = await orAborted(goneAmong(deps.statements.live, citations), AbortSignal.timeout(lookMs));
      if (!looked) throw new Error("The database did not answer in time.");
      gone = looked;
    } catch (error) {
      // A database that is away for a moment is no reason to lose an answer: what was seen last holds.
      deps.log.warn({ err: error }, "it could not be looked whether the cited documents are there still");
    }
  };
  return {
    citations,
    passages,
    confidence: found.confidence,
    isCitable,
    look,
    async ground(text, { question, isRefused }) {
      await look();
      if (isRefused && isOwnReply(text)) return { cited: [], unsupported: [] };
      const there = passages.map((passage, index) => (isCitable(index + 1) ? passage : null));
      const unsupported = unsupportedRanges(text, { passages: there, question }, deps.texts.open());
      return {
        cited: citedIn(text).filter(isCitable),
        // That the documents hold no answer stands in none of them; what is told beyond that has to.
        unsupported: isRefused ? unsupported.filter(([start]) => start > 0) : unsupported,
      };
    },
  };
}

/** The documents of citations that have been deleted. */
export async function goneAmong(
  live: AnswerStatements["live"],
  citations: readonly Pick<StoredCitation, "document_id">[],
): Promise<Set<string>> {
  const ids = [...new Set(citations.map(({ document_id }) => document_id))];
  if (ids.length === 0) return new Set();
  const there = await live(ids);
  return new Set(ids.filter((id) => !there.has(id)));
}

/** Readers and models get what can be seen of a page, in every text of these: nothing that hides, or turns the order around. */
function allVisible<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map(allVisible) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, allVisible(held)])) as T;
}
