// What makes a sentence or a row answer less well than its words would have it. Pure.
import { asksWhere } from "./listings.ts";
import type { Query } from "./query.ts";
import type { Segment } from "./segments.ts";
import { cellsOf, holdsValue } from "./table-rows.ts";

/** A sentence of fewer words is a scrap, or the label of the paragraph that it opens. */
export const fewWords = 4;
/** What says only on which page something stands, beside what says it. */
const listedShare = 0.1;
const tornShare = 0.5;
/** A row without any figure where one is asked for: names of columns, mostly. */
const noFigureShare = 0.3;
const yesOrNo =
  /^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|ist|sind|war|hat|haben|kann|est-ce)\s/i;
/** What says what might be, and not what is. */
const supposes = /^(?:if|unless|whether|although|should)\b|\b(?:unless|whether or not|may|might|could)\b/i;
const supposedShare = 0.85;
const figuresForYesShare = 0.7;
/** Figures say that it is so, and not why. */
const figuresForWhyShare = 0.5;
const asksWhy = /^\W*(?:why|how come|warum|wieso|weshalb|pourquoi)\b/i;

const asksWhat =
  /^\W*(?:what|who) (?:is|are) (?:an? )?(?!the |an? |your |our |its )[\p{L}\p{N}-]+(?: [\p{L}\p{N}-]+)?\W*$/iu;
const asksDoing = /^\W*what (?:does|do) (?:\S+ ){1,4}do\W*$/iu;
const rowForWhatShare = 0.6;
/** Figures alone tell no place. */
const whereAsked = /^\W*(?:where|wo|où|dónde)\b/iu;

/** What a picture or a table is called, beside what is said of the thing itself. */
const caption = /^(?:figure|fig\.|table|tab\.|abbildung|abb\.|tabelle|tableau|figura|tabla)\s\d{1,3}\s?[.:]/i;
const captionShare = 0.7;
const asksForPicture = /\b(?:figures?|tables?|charts?|diagrams?|abbildung\p{L}*|tabellen?|tableaux?|tablas?)\b/iu;

/** @returns a share of what its words are worth: less for what seldom answers, as headings, questions, scraps. */
export function plainnessOf({ text: question }: Query, asksFigures: boolean) {
  const isWhere = asksWhere(question);
  const asksYes = yesOrNo.test(question);
  const asksReason = asksWhy.test(question);
  const asksMeaning = !asksFigures && (asksWhat.test(question) || asksDoing.test(question));
  const asksPlace = whereAsked.test(question);
  const asksPicture = asksForPicture.test(question);
  const supposing = asksYes && !supposes.test(question);
  return (segment: Segment, text: string, words: number): number => {
    const listed = segment.listed && !isWhere ? listedShare : 1;
    if (segment.kind === "heading" || segment.names) return 0.2 * listed;
    if (segment.torn) return tornShare * listed;
    if (segment.kind === "row") {
      return (
        listed *
        plainnessOfRow(text, { asksFigures, asksYes, asksReason, asksPlace }) *
        (asksMeaning ? rowForWhatShare : 1)
      );
    }
    if (text.endsWith("?")) return 0.6 * listed;
    if (words < fewWords) return 0.5 * listed;
    const supposed = supposing && supposes.test(text) ? supposedShare : 1;
    const named = !asksPicture && caption.test(text) ? captionShare : 1;
    return (/^\p{Ll}/u.test(text) ? 0.85 : 1) * supposed * named * listed;
  };
}

interface Asked {
  asksFigures: boolean;
  asksYes: boolean;
  asksReason: boolean;
  asksPlace: boolean;
}

function plainnessOfRow(text: string, { asksFigures, asksYes, asksReason, asksPlace }: Asked): number {
  if (asksPlace && cellsOf(text).slice(1).every(holdsValue)) return rowForWhatShare;
  if (asksFigures && !cellsOf(text).some(holdsValue)) return noFigureShare;
  // Small capitals of a name come letter by letter.
  if (cellsOf(text).filter((cell) => /^[\p{Lu}/]$/u.test(cell)).length > 2) return tornShare;
  // What begins within parentheses goes on from elsewhere.
  if (/^\p{Ll}[^(]*\)/u.test(text)) return tornShare;
  if (text.endsWith("?")) return 0.6;
  if (!/\d\D*$/.test(text)) return 1;
  return asksReason ? figuresForWhyShare : asksYes ? figuresForYesShare : 1;
}
