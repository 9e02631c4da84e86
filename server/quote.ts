// The passage of a page that a citation quotes: its best sentences or rows, word for word.
import { withListed } from "./announced.ts";
import { leantOn } from "./leaning-sentences.ts";
import { inOneLine } from "./one-line.ts";
import type { PageLine } from "./ports.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import type { SegmentedPage } from "./segments.ts";
import { onlyRanges } from "./table-columns.ts";
import { cellsOf } from "./table-rows.ts";

/** Characters after which no further sentence is begun, and that a quote of several never passes. */
const targetLength = 350;
const maxLength = 700;
/** A shorter one is widened to what stands beside it in its paragraph. */
const shortLength = 220;
const mostSentences = 3;
/** Where several things are asked for there is more to quote. */
const several = { targetLength: 900, maxLength: 1200, mostSentences: 8 };
/** A list that is asked for as a whole. */
const all = { targetLength: 2000, maxLength: 2400, mostSentences: 20 };

/** Whether several things are asked for, or every one that the pages have. */
export type Breadth = boolean | "all";
/** A sentence of so few words that opens a paragraph is its label. */
const labelWords = 3;
/** A further sentence must score at least this share of the best, and a further row this share. */
export const closeToBest = 0.3;
const closeRow = 0.5;
/** What a title counts beside sentences. */
const titleShare = 0.7;
/** What stands beside the best sentence explains it, and reads on. */
export const besideBest = 0.3;

/** Between what does not stand together on the page: sentences apart, cells of a row. */
export const gap = " … ";

export interface Quote {
  /** UTF-16 offsets of its best sentence in the page's text. */
  start: number;
  end: number;
  /** In the order of the page; those that stand together are one. */
  pieces: { start: number; end: number }[];
  segments: ScoredSegment[];
}

/** @returns null on an empty page. */
export function quoteOf(
  scored: ScoredSegment[],
  page: Pick<SegmentedPage, "text" | "lines">,
  forSeveral: Breadth = false,
): Quote | null {
  const segments = scored.map((segment) =>
    segment.score > 0 && isAxis(segment, page.text) ? { ...segment, score: 0 } : segment,
  );
  let best = 0;
  const worth = (segment?: ScoredSegment) => (segment?.score ?? 0) * (segment?.title ? titleShare : 1);
  for (const [index, segment] of segments.entries()) if (worth(segment) > worth(segments[best])) best = index;
  const centre = segments[best];
  if (!centre) return null;
  const told = toldBy(segments, best, page.text);
  const places = told.length
    ? [best, ...told]
    : widened(segments, best, further(segments, best, page.text, forSeveral));
  const chosen = withListed(segments, places, page.text);
  return { start: centre.start, end: centre.end, pieces: piecesOf(chosen, page), segments: chosen };
}

/** What follows the label of a paragraph ("Fungus gnats.") says what the label only names. */
function toldBy(segments: ScoredSegment[], best: number, text: string): number[] {
  const label = segments[best] as ScoredSegment;
  const opens = label.kind === "sentence" && segments[best - 1]?.block !== label.block;
  if (!opens || text.slice(label.start, label.end).split(/\s+/).length > labelWords) return [];
  return [best + 1, best + 2, best + 3].filter((place) => segments[place]?.block === label.block);
}

/** The best segment and those that are nearly as good, wherever they stand on the page. */
function further(segments: ScoredSegment[], best: number, text: string, forSeveral: Breadth): number[] {
  const few = { targetLength, maxLength, mostSentences };
  const bounds = forSeveral === "all" ? all : forSeveral ? several : few;
  const centre = segments[best] as ScoredSegment;
  const beside = (place: number) =>
    Math.abs(place - best) === 1 && segments[place]?.block === centre.block ? besideBest * centre.score : 0;
  const others = segments
    .map(({ score, kind, title }, place) => ({ place, score: title ? 0 : score + beside(place), kind }))
    .filter(({ place, score, kind }) => {
      if (segments[place]?.names || segments[place]?.torn) return false;
      const least = kind === "row" || centre.kind === "row" ? closeRow : closeToBest;
      return place !== best && kind !== "heading" && score > 0 && score >= least * centre.score;
    })
    .sort((one, two) => two.score - one.score);
  const places = [best, ...leantOn(segments, best, text)];
  let length = places.reduce((sum, place) => sum + lengthAt(segments, place), 0);
  const said = new Set([contentOf(centre, text)]);
  for (const { place } of others) {
    const { start, end } = segments[place] as ScoredSegment;
    const content = contentOf({ start, end }, text);
    if (said.has(content) || source.test(content)) continue;
    if (places.length === bounds.mostSentences || length > bounds.targetLength) break;
    if (length + end - start > bounds.maxLength) continue;
    places.push(place);
    said.add(content);
    length += end - start;
  }
  return places;
}

const lengthAt = (segments: ScoredSegment[], place: number) =>
  (segments[place]?.end ?? 0) - (segments[place]?.start ?? 0);

const contentOf = ({ start, end }: Pick<ScoredSegment, "start" | "end">, text: string) =>
  inOneLine(text.slice(start, end));

/** The marks of a chart's axis, or names of groups. */
const isAxis = ({ kind, start, end }: ScoredSegment, text: string) =>
  kind === "row" && onlyRanges(cellsOf(text.slice(start, end)));

/** Where a picture's figures come from says nothing of them. */
const source = /^(?:sources?|quellen?|fuentes?|fonti?)\s*:/i;

/** A short quote of one sentence with its neighbours in the paragraph. */
function widened(segments: ScoredSegment[], best: number, places: number[]): number[] {
  if (places.length > 1) return places;
  const result = new Set(places);
  const centre = segments[best] as ScoredSegment;
  const lengthOf = (place: number) => lengthAt(segments, place);
  let length = lengthOf(best);
  // What follows an answer explains it more often than what precedes it.
  for (const place of [best + 1, best - 1]) {
    if (length >= shortLength || result.has(place) || segments[place]?.block !== centre.block || segments[place]?.torn)
      continue;
    if (length + lengthOf(place) > targetLength) continue;
    result.add(place);
    length += lengthOf(place);
  }
  return [...result];
}

function piecesOf(
  segments: ScoredSegment[],
  { text, lines }: Pick<SegmentedPage, "text" | "lines">,
): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  const tops = columnTops(lines);
  let last: ScoredSegment | undefined;
  for (const segment of segments) {
    const { start, end, kind, head } = segment;
    // Of two readings of the same names the first is enough.
    const isQuoted = head && pieces.some((piece) => piece.start < head.end && head.start < piece.end);
    if (head && !isQuoted) pieces.push({ start: head.start, end: head.end });
    const piece = pieces.at(-1);
    const together = last && kind !== "row" && last.kind !== "row" && last.block === segment.block;
    if (piece && last && together && !text.slice(last.end, start).trim()) piece.end = end;
    else pieces.push({ start, end });
    last = segment;
  }
  // Names that are set in columns are told by their cells, whole.
  const heads = new Set(segments.flatMap(({ head }) => head?.start ?? []));
  return pieces
    .sort((one, two) => one.start - two.start)
    .flatMap((piece) => (heads.has(piece.start) ? [piece] : cutAt(piece, tops)));
}

/** Where the text goes on further up: in the next column. */
function columnTops(lines: PageLine[]): number[] {
  return lines.flatMap(({ start, box }, index) => {
    const before = lines[index - 1];
    return before && box[1] < before.box[1] - before.height ? [start] : [];
  });
}

function cutAt({ start, end }: { start: number; end: number }, places: number[]): { start: number; end: number }[] {
  const edges = [start, ...places.filter((place) => place > start && place < end), end];
  return edges.slice(1).map((edge, index) => ({ start: edges[index] ?? start, end: edge }));
}

/**
 * Where a line's parts stand in columns: at its only tab, and at wider white before the
 * number of a page or where each part begins as a name does.
 */
function withGaps(piece: string): string {
  const lines = piece.split("\n").map((line, index, all) => {
    const parts = line
      .split("\t")
      .map((part) => part.trim())
      .filter(Boolean);
    const isEntry = parts.length === 2 && index === all.length - 1 && /^\d{1,3}$/.test(parts[1] ?? "");
    const isInColumns = isEntry || (parts.length > 1 && parts.every((part) => /^["“(]?\p{Lu}\S*\s/u.test(part)));
    return isInColumns || line.indexOf("\t") === line.lastIndexOf("\t") ? parts.join(gap) : line;
  });
  return lines.join("\n");
}

/** A cell that goes on nowhere ("Plus or minus …") has a gap of its own. */
const gapTwice = /(?: …){2,} /g;

/** What a quote says, in one line: cells of rows, and sentences apart, with a gap between them. */
export function quoteText({ pieces, segments }: Quote, text: string): string {
  const rows = new Set(segments.flatMap(({ kind, start }) => (kind === "row" ? [start] : [])));
  const heads = new Map(segments.flatMap(({ head }) => (head ? [[head.start, head.cells]] : [])));
  return pieces
    .map(({ start, end }) => {
      const piece = text.slice(start, end);
      const cells = heads.get(start) ?? (rows.has(start) ? cellsOf(piece) : null);
      return cells ? cells.filter(Boolean).join(gap) : inOneLine(withGaps(piece), text);
    })
    .join(gap)
    .replace(gapTwice, gap);
}
