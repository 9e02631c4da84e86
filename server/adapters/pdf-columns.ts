// Sets columns of running text apart whose lines alternate in the file, as tables made for layout leave them: pure.
import type { PageLine } from "../ports.ts";

/** A line with its cells, as wide white parts them. */
export interface SetLine extends PageLine {
  cells: PageLine[];
}

/** Lines of two cells that make columns, and how far below each other they may begin, in heights of their font. */
const fewestLines = 4;
const nextLine = 2.2;
/** Words of a cell of running text, and the share of them that go on in the middle of a sentence. */
const fewestWords = 4;
const goingOn = 0.4;

interface Columns {
  left: PageLine[];
  right: PageLine[];
}

export function columnsApart(text: string, lines: SetLine[]): { text: string; lines: PageLine[] } {
  const parts: string[] = [];
  const placed: PageLine[] = [];
  let length = 0;
  let copied = 0;
  const copy = (until: number) => {
    parts.push(text.slice(copied, until));
    length += until - copied;
    copied = until;
  };
  const put = ({ start, end, box, height }: PageLine) => {
    placed.push({ start: start - copied + length, end: end - copied + length, box, height });
  };
  for (let index = 0; index < lines.length; ) {
    const run = runFrom(lines, index);
    const together = lines.slice(index, index + Math.max(1, run.count));
    index += together.length;
    const [first, last] = [together[0], together.at(-1)];
    if (!first || !last || !isText(run.columns, text)) {
      together.forEach(put);
      continue;
    }
    copy(first.start);
    for (const cell of [...run.columns.left, ...run.columns.right]) {
      const content = text.slice(cell.start, cell.end).trimEnd();
      placed.push({ ...cell, start: length, end: length + content.length });
      parts.push(content, "\n");
      length += content.length + 1;
    }
    // The last cell's break is the one that follows the last line.
    parts.pop();
    length--;
    copied = last.end;
  }
  copy(text.length);
  return { text: parts.join(""), lines: placed };
}

/** Lines from here whose cells stand on one side each of the same white. */
function runFrom(lines: SetLine[], from: number): { columns: Columns; count: number } {
  const columns: Columns = { left: [], right: [] };
  const [one, two, ...more] = lines[from]?.cells ?? [];
  if (!one || !two || more.length) return { columns, count: 0 };
  let [end, begin] = one.box[0] < two.box[0] ? [one.box[2], two.box[0]] : [two.box[2], one.box[0]];
  let count = 0;
  for (let line = lines[from]; line; line = lines[from + count]) {
    const before = count ? lines[from + count - 1] : undefined;
    const step = before ? line.box[1] - before.box[1] : 0;
    if (before && (step <= 0 || step > nextLine * before.height)) break;
    const left = line.cells.filter(({ box }) => box[2] <= begin && box[0] < end);
    const right = line.cells.filter(({ box }) => box[0] >= end && box[2] > begin);
    if (left.length > 1 || right.length > 1 || left.length + right.length !== line.cells.length) break;
    end = Math.max(end, ...left.map(({ box }) => box[2]));
    begin = Math.min(begin, ...right.map(({ box }) => box[0]));
    if (end >= begin) break;
    columns.left.push(...left);
    columns.right.push(...right);
    count++;
  }
  return { columns, count };
}

/** Whether both columns go on from line to line; the cells of a table begin anew. */
function isText({ left, right }: Columns, text: string): boolean {
  return [left, right].every((column) => {
    const cells = column.map(({ start, end }) => text.slice(start, end).trim());
    if (cells.length < fewestLines) return false;
    const words = cells.reduce((sum, cell) => sum + (cell.match(/\p{L}{2,}/gu)?.length ?? 0), 0);
    const lower = cells.slice(1).filter((cell) => /^\p{Ll}/u.test(cell)).length;
    return words >= fewestWords * cells.length && lower >= goingOn * (cells.length - 1);
  });
}
