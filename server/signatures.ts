// Names that stand a line above the office of whoever bears them, as signatures and lists of officers set them. Pure.
import { person } from "./asked-things.ts";
import type { PageLine } from "./ports.ts";
import type { Segment, SegmentedPage } from "./segments.ts";

/** Longer lines are running text. */
const longest = 80;
/** Lines of an office below its name's. */
const mostLines = 3;
/** White between two lines of one signature, in heights of a line. */
const mostWhite = 1.5;

const bearer = new RegExp(
  `^(?:(?:By|Name):?\\s+)?(?:/s/\\s*)?${person}(?:,? (?:Jr|Sr|II|III|IV|Ph\\.?D|M\\.?D|CPA|Esq)\\.?){0,2}$`,
  "u",
);
const rank =
  "(?:(?:Executive|Senior|Vice|Group|Global|Interim|Acting|Deputy|Managing|Lead|Independent|Non-Executive|Corporate|Assistant|Associate|Co-?)[ ,]?){0,4}";
const office = new RegExp(
  `^(?:(?:Title|Position|Its):\\s+)?${rank}(?:Chief|President|Chair(?:man|woman|person)?|Directors?|Secretary|Treasurer|Controller|Counsel|General (?:Counsel|Manager)|Founder|Partner|Principal|(?:Company|Corporate|General) Secretary|Head of|Dean|Provost|Rector|Professor|Minister|Mayor|Governor|Auditor|Commissioner|Superintendent|Trustee|Geschäftsführer(?:in)?|Vorstand)(?!\\p{L})`,
  "u",
);
/** Whether a line or cell begins with an office. */
export const namesOffice = (text: string) => office.test(text);
const unended = /(?:\b(?:and|of|for|und|et)|[,&–-])$/u;
const inParentheses = /^\([^()]*\)$/;

/** Makes one row of a name and the office in the lines below it, which say nothing apart. */
export function joinSignatures({ text, lines }: SegmentedPage, blocks: Segment[]): Segment[] {
  const placeAt = new Map(lines.map((line, index) => [line.start, index]));
  /** With no more lines than an office and its name have. */
  const linesFrom = (start: number, end: number) => {
    const from = placeAt.get(start) ?? lines.length;
    return lines.slice(from, from + 2 * mostLines).filter((line) => line.end <= end);
  };
  const contentOf = ({ start, end }: Segment) => text.slice(start, end).trim();
  const joined: Segment[] = [];
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index] as Segment;
    const below = blocks.slice(index + 1, index + 1 + mostLines);
    const count = blocksOfOffice(contentOf(block), below.map(contentOf));
    const together = [block, ...below.slice(0, count ?? 0)];
    if (count === null || !standTogether(linesFrom(block.start, together.at(-1)?.end ?? block.end))) {
      joined.push(block);
      continue;
    }
    const { start, block: number } = block;
    joined.push({ start, end: together.at(-1)?.end ?? block.end, kind: "row", block: number });
    index += count;
  }
  return joined;
}

/** @returns how many of the blocks below a name, or a row that begins with one, go on with its office; null where nothing is one. */
function blocksOfOffice(block: string, below: string[]): number | null {
  const [first = "", ...others] = block.split("\n");
  const [name = "", held, ...cells] = first.split(/\t+/).map((cell) => cell.trim());
  if (first.length > longest || cells.length > 0 || !bearer.test(name)) return null;
  if (held !== undefined && !(office.test(held) && unended.test(held))) return null;
  let last: string | null = held ?? "";
  for (const line of others) last = last === null ? null : goneOn(last, line);
  if (last === null) return null;
  let count = 0;
  for (const next of below) {
    const lines: string[] = next.split("\n");
    const end: string | null = lines.reduce<string | null>((at, line) => (at === null ? null : goneOn(at, line)), last);
    if (end === null || lines.length > mostLines) break;
    last = end;
    count++;
  }
  return count > 0 || others.length > 0 ? count : null;
}

/** @returns the line where it goes on with an office after `last`, "" before there is any; else null. */
function goneOn(last: string, line: string): string | null {
  const next = line.trim();
  if (next.length > longest || /\t|[.:;]$/.test(next)) return null;
  const goesOn = last === "" ? office.test(next) : unended.test(last) || inParentheses.test(next);
  return goesOn ? next : null;
}

/** One below the other, with little white between. */
function standTogether(lines: PageLine[]): boolean {
  return lines.slice(1).every(({ box, height }, index) => {
    const above = lines[index];
    return above !== undefined && box[1] > above.box[1] && box[1] - above.box[3] <= mostWhite * height;
  });
}
