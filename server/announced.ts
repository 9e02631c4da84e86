// Sentences that announce a list or a table ("The following courses are compulsory:"), and what stands below them. Pure.
import type { Chosen } from "./answer-choice.ts";
import type { ScoredSegment } from "./segment-scores.ts";

/** So much of what is announced is told. */
const mostItems = 8;
const mostLength = 900;
/** Fewer words are a label. */
const fewestWords = 4;
/** Names of one thing each that stand one below the other. */
const fewestNames = 2;
const mostWords = 6;
/** Pieces of a table's head that look like text. */
const fewBetween = 3;
/** Titles of a table, and names of its columns, between its announcement and its rows. */
const mostHeadings = 8;

/** An announcement that is so likely beside the best is told with what it announces. */
const closeEnough = 0.7;

const announcement =
  /[:：]\s*$|\b(?:as follows|wie folgt|comme suit)\b|\b(?:the (?:following|below)|this|folgende) (?:tables?|lists?|tabellen?|liste) (?:below )?(?:sets?|shows?|presents?|lists?|summari[sz]es?|provides?|details?|zeig\p{L}+)\b/iu;
/** What stands before an item: a bullet, which may have been read as white; a letter; a number. Lists of the later hold the earlier. */
const itemMarks = [
  /(?:^|[\s:])[•·▪●◦‣■□➢✓\uf0b7\uf0a7–—-]\s*$|\n\t\s*$/u,
  /(?:^|[\s:])\(?(?:[a-z]|[ivx]{2,4})[.)]\s*$/iu,
  /(?:^|[\s:])\(?\d{1,2}[.)]\s*$/u,
];
const endsInColon = /[:：]\s*$/;
/** The first of an enumeration within a paragraph. */
const firstMark = /(?:^|\s)\((?:1|a|i)\)\s*$/iu;
const counted = /\b(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|1\d) (?:[\p{L}-]+ ){0,3}\p{L}+s\b/iu;
/** After it another item comes. */
const goesOn = /(?:[;,]|[;,]\s*(?:and|or|und|oder|et|ou))\s*$/i;

/** Between an item's mark and the segment stands no more than this. */
const markLength = 8;

const markBefore = (text: string, { start }: ScoredSegment) => text.slice(Math.max(0, start - markLength), start);

const contentOf = (text: string, { start, end }: ScoredSegment) => text.slice(start, end);

/** Whether a segment says that something is listed below it. */
function announces(text: string, segment: ScoredSegment, next: ScoredSegment | undefined): boolean {
  if (segment.kind !== "sentence" || segment.title || segment.listed) return false;
  const content = contentOf(text, segment);
  if ((content.match(/\S+/g)?.length ?? 0) < fewestWords) return false;
  if (announcement.test(content)) return true;
  return counted.test(content) && next?.block === segment.block && firstMark.test(markBefore(text, next));
}

/** @returns the places of what a segment announces, in their order; null where it announces nothing. */
function announcedBelow(segments: ScoredSegment[], at: number, text: string): number[] | null {
  const own = segments[at];
  if (!own || !announces(text, own, segments[at + 1])) return null;
  const rows = rowsBelow(segments, at, text);
  const below = rows.length > 0 ? rows : itemsBelow(segments, at, text);
  const told: number[] = [];
  let length = 0;
  for (const place of below) {
    const { start, end } = segments[place] as ScoredSegment;
    length += end - start;
    if (told.length === mostItems || length > mostLength) break;
    told.push(place);
  }
  return told;
}

/** The segments at these places in their order, and what they announce. */
export function withListed(segments: ScoredSegment[], places: number[], text: string): ScoredSegment[] {
  const result = new Map(places.map((place) => [place, segments[place] as ScoredSegment]));
  const least = closeEnough * Math.max(...places.map((place) => segments[place]?.score ?? 0));
  for (const place of places) {
    const announced = announcedBelow(segments, place, text);
    if (announced === null) continue;
    const announcement = segments[place] as ScoredSegment;
    result.set(place, { ...announcement, announces: true });
    if (announcement.score < least) continue;
    for (const one of announced) result.set(one, { ...(segments[one] as ScoredSegment), announced: true });
  }
  return [...result].sort(([one], [two]) => one - two).map(([, segment]) => segment);
}

/** The rows of the table that begins below: names of columns stand with them anyway. */
function rowsBelow(segments: ScoredSegment[], at: number, text: string): number[] {
  let place = at + 1;
  const isHeading = (other: number) => {
    const segment = segments[other];
    if (!segment || segment.kind === "row") return false;
    if (segment.kind === "heading" || segment.title) return true;
    // "Years ending on 31 December,"
    const content = contentOf(text, segment);
    return content.split(/\s+/).length <= mostWords && !/[.!?]$/.test(content);
  };
  while (isHeading(place) && place - at <= mostHeadings) place++;
  const rows: number[] = [];
  for (; segments[place]?.kind === "row" || (rows.length > 0 && isHeading(place)); place++) {
    const segment = segments[place] as ScoredSegment;
    // A single row above names of columns is one of them.
    if (segment.names && rows.length === 1) rows.pop();
    // Another table begins, or what a cell says goes on.
    if (rows.length > 0 && (segment.names || (isHeading(place) && segments[place + 1]?.kind !== "row"))) break;
    if (segment.kind === "row" && !segment.names && !segment.listed) rows.push(place);
  }
  return rows;
}

/** The items of a list, each with what else stands in it. */
function itemsBelow(segments: ScoredSegment[], at: number, text: string): number[] {
  const items: number[] = [];
  const own = segments[at] as ScoredSegment;
  const markOf = (segment: ScoredSegment) => itemMarks.findIndex((mark) => mark.test(markBefore(text, segment)));
  let outermost = itemMarks.length;
  for (let place = at + 1; place < segments.length; place++) {
    const segment = segments[place] as ScoredSegment;
    if (segment.kind !== "sentence" || segment.torn || segment.listed) break;
    const before = segments[place - 1] as ScoredSegment;
    const mark = markOf(segment);
    // A formula in pieces.
    if (!/\p{L}{3}/u.test(contentOf(text, segment))) break;
    // An item of the list in which this one stands.
    if (mark > outermost) break;
    if (items.length === 0) outermost = mark;
    const isOfItem = items.length > 0 && before.block === segment.block && segment.block !== own.block;
    if (mark < 0 && !isOfItem && !(items.length > 0 && goesOn.test(contentOf(text, before)))) break;
    items.push(place);
  }
  return items.length > 0 ? items : namesBelow(segments, at, text);
}

/** Short lines without a mark, which look like headings. */
function namesBelow(segments: ScoredSegment[], at: number, text: string): number[] {
  let end = at + 1;
  for (; segments[end]?.kind === "heading"; end++) {
    const words = contentOf(text, segments[end] as ScoredSegment).split(/\s+/);
    if (words.length > mostWords || !words.some((word) => /\p{L}{3}/u.test(word))) break;
  }
  // Above running text the last of them is its heading.
  const last = end < segments.length ? end - 1 : end;
  const names = Array.from({ length: Math.max(0, last - at - 1) }, (_, index) => at + 1 + index);
  if (names.length >= fewestNames) return names;
  // What a colon announces otherwise is what follows it.
  const next = segments[at + 1];
  const isProse = next?.kind === "sentence" && !next.torn && !next.listed && !next.title && text[next.start] !== "(";
  const leadsToRows = segments.slice(at + 2, at + 2 + fewBetween).some(({ kind }) => kind === "row");
  return isProse && !leadsToRows && endsInColon.test(contentOf(text, segments[at] as ScoredSegment)) ? [at + 1] : [];
}

const brokenDown = /\b(?:by|per|nach|par|por) (?:\p{L}+ )?(\p{L}{4,})\W*$/iu;
const brokenDownWorth = 1.15;

/** Raises what announces the figures of each, where they are asked for by each: "sales by region". */
export function raiseBreakdowns(all: Chosen[], question: string): void {
  const each = brokenDown.exec(question)?.[1]?.toLowerCase();
  if (!each) return;
  for (const one of all) {
    const isOf = one.announces && one.text.toLowerCase().includes(each) && announcedIn(all, one).length > 1;
    if (isOf) one.score *= brokenDownWorth;
  }
}

/**
 * Puts after each announcement what it announces; one that is told without it says nothing, and is left out where
 * something else is told.
 */
export function withAnnounced(ordered: Chosen[], all: Chosen[], best: Chosen): Chosen[] {
  const groups = new Map(
    ordered.flatMap((one) => {
      const group = one.announces && one.score >= closeEnough * best.score ? announcedIn(all, one) : [];
      return group.length > 0 ? [[one, group] as const] : [];
    }),
  );
  const keyOf = ({ passage, order }: Chosen) => `${passage} ${order}`;
  const own = new Set([...groups.values()].flat().map(keyOf));
  // A row that is likelier than what announces it stands below it all the same.
  const opens = [...groups].find(([, group]) => group.some((one) => keyOf(one) === keyOf(best)))?.[0];
  const told = opens ? [opens, ...ordered.filter((one) => one !== opens)] : ordered;
  const rest = told.filter((one) => !own.has(keyOf(one)) && (!one.announces || groups.has(one)));
  const result = rest.flatMap((one) => [one, ...(groups.get(one) ?? [])]);
  return result.length > 0 ? result : ordered;
}

function withoutCaption({ captions = [], ...row }: Chosen, text: string): Chosen {
  const others = captions.filter((caption) => caption !== text);
  return others.length > 0 ? { ...row, captions: others } : row;
}

function announcedIn(all: Chosen[], { passage, order, text }: Chosen): Chosen[] {
  const group: Chosen[] = [];
  const next = () => all.find((one) => one.passage === passage && one.order === order + group.length + 1);
  for (let one = next(); one?.announced; one = next()) group.push(one);
  // What announces a table is often its title as well.
  return group.map((one) => (one.captions?.includes(text) ? withoutCaption(one, text) : one));
}
