// What a table's row is called where that begins in the lines above its figures. Pure.
import type { PageLine } from "./ports.ts";
import type { Segment, SegmentedPage } from "./segments.ts";
import { cellsOf, holdsFigure } from "./table-rows.ts";

/** Longer lines are running text. */
const longest = 100;
const mostLines = 2;
/** White between two lines of one label, in heights of a line. */
const mostWhite = 0.7;
/** Share of the page's width by which a label may go on further left than it began. */
const slack = 0.01;

const unended = /(?:(?<!\p{L})(?:and|or|of|for|to|in|from|with|by|on|the|und|et|von|de)|[,&/–-])$/iu;

/** Whether a label that ends so goes on in what begins so: no section's title does. */
export function goesOn(above: string, below: string): boolean {
  if (/[.:;!?]$|\t|^\(.*\)$/.test(above) || above.length > longest || !/\p{L}{3}/u.test(above)) return false;
  return unended.test(above) || /^(?:\p{Ll}|\(\p{Ll})/u.test(below);
}

/** Puts the lines before it to a row whose own begins in the middle of what it is called. */
export function joinLabels({ text, lines }: Pick<SegmentedPage, "text" | "lines">, blocks: Segment[]): Segment[] {
  const placeAt = new Map(lines.map((line, index) => [line.start, index]));
  const contentOf = ({ start, end }: Pick<Segment, "start" | "end">) => text.slice(start, end).trim();
  const joined: Segment[] = [];
  for (const block of blocks) {
    let row = block;
    for (let count = 0; count < mostLines && isOpen(contentOf(row), row); count++) {
      const above = joined.at(-1);
      if (!above || above.kind === "row" || above.names || !standsAbove(lines, placeAt, above, row)) break;
      if (!goesOn(contentOf(above), contentOf(row))) break;
      joined.pop();
      row = { ...row, start: above.start, ...(row.head ? { head: withoutCaption(row.head, above) } : {}) };
    }
    joined.push(row);
  }
  return joined;
}

/** A row of figures whose name may begin above. */
function isOpen(content: string, { kind, names }: Segment): boolean {
  if (kind !== "row" || names || !content.includes("\t")) return false;
  const [label = "", ...figures] = cellsOf(content);
  return figures.length > 0 && /\p{L}/u.test(label) && figures.every(holdsFigure);
}

function standsAbove(lines: PageLine[], placeAt: Map<number, number>, above: Segment, row: Segment): boolean {
  const place = placeAt.get(row.start);
  const below = place === undefined ? undefined : lines[place];
  const line = place === undefined ? undefined : lines[place - 1];
  if (!line || !below || line.start !== above.start) return false;
  const white = below.box[1] - line.box[3];
  return white <= mostWhite * below.height && below.box[1] > line.box[1] && below.box[0] >= line.box[0] - slack;
}

const withoutCaption = (head: NonNullable<Segment["head"]>, { start }: Segment) => ({
  ...head,
  captions: head.captions.filter((caption) => caption.start !== start),
});
