// Puts the cells of a table's row in the order in which they stand, where the file draws them in another: pure.
import { apply, at, type TextFrame, type TextItem } from "./pdf-join.ts";

/** Items that follow each other on one baseline, and what breaks the line after them. */
interface Run {
  items: TextItem[];
  breaks: TextItem[];
  y: number;
  height: number;
}

interface Extent {
  start: number;
  end: number;
}

/** Baselines of one line differ by less than this part of the font's height, and its heights by less than the other. */
const sameBaseline = 0.1;
const sameHeight = 0.1;
/** In points: what the joining of items sets apart as cells. */
const cellGap = 7.5;
const longestCell = 40;
const longestName = 20;
const fewestFigures = 2;

const figure = /^[($€£¥+−–—-]*\d[\d.,]*[)%*]*$|^[–—-]$/;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Figures that the file draws apart from their row go where its cells leave room for them. */
export function inLines(items: TextItem[], frame: TextFrame): TextItem[] {
  const extentOf = (item: TextItem): Extent => {
    const [start] = apply(frame.transform, at(item.transform, 4), at(item.transform, 5));
    return { start, end: start + item.width };
  };
  const runs = runsOf(items, frame);
  const sorted = new Set(runs.filter((run) => putInOrder(run, extentOf)));
  const isEnded = (run: Run, index: number) => index === runs.length - 1 || endsLine(run);
  const byBaseline = groupByBaseline(
    runs.filter((run, index) => isEnded(run, index) && (isRow(run) || namesPeriods(run))),
  );
  const moved = new Set<Run>();
  for (const [index, run] of runs.entries()) {
    const isAlone = (index === 0 || endsLine(runs[index - 1])) && isEnded(run, index);
    if (!isAlone) continue;
    const rows = [-1, 0, 1].flatMap((off) => byBaseline.get(Math.round(run.y) + off) ?? []);
    if (rows.some((row) => !moved.has(row) && belongsTo(row, run) && insert(run, row, extentOf))) moved.add(run);
  }
  const isChanged = (run: Run | undefined) => run !== undefined && (moved.has(run) || sorted.has(run));
  const displaced = new Set(runs.flatMap((run, index) => (isChanged(runs[index + 1]) ? run.breaks : [])));
  const ordered = runs.flatMap((run, index) => {
    if (!moved.has(run)) return [...run.items, ...run.breaks];
    return index === 0 || endsLine(runs[index - 1]) ? [] : run.breaks;
  });
  // A break stands where the line after it begins, which is another by now: beside none.
  return ordered.map((item) => (displaced.has(item) ? { ...item, transform: [] } : item));
}

function runsOf(items: TextItem[], frame: TextFrame): Run[] {
  const runs: Run[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (isBreak(item)) {
      if (last) last.breaks.push(item);
      else runs.push({ items: [], breaks: [item], y: 0, height: 0 });
      continue;
    }
    const [, y] = apply(frame.transform, at(item.transform, 4), at(item.transform, 5));
    const isLevel = isLevelIn(frame, item);
    const goesOn =
      last &&
      isLevel &&
      last.breaks.length === 0 &&
      !last.items.at(-1)?.hasEOL &&
      Math.abs(last.y - y) < sameBaseline * last.height;
    if (goesOn) last.items.push(item);
    else runs.push({ items: [item], breaks: [], y, height: isLevel ? item.height : 0 });
  }
  return runs;
}

const endsLine = (run: Run | undefined) =>
  run !== undefined && (run.breaks.length > 0 || run.items.at(-1)?.hasEOL === true);
const isBreak = ({ str, hasEOL }: TextItem) => hasEOL && str.trim() === "";
const isWhite = ({ str }: TextItem) => str.trim() === "";
const wordsOf = ({ items }: Run) => items.filter((item) => !isWhite(item));
const isFigure = ({ str }: TextItem) => figure.test(str.trim());

/** Written from left to right on the page as shown. */
function isLevelIn({ transform: m }: TextFrame, { transform: [a = 1, b = 0] }: TextItem): boolean {
  return a * at(m, 0) + b * at(m, 2) > 0 && Math.abs(a * at(m, 1) + b * at(m, 3)) < 1e-3;
}

const isOfFigures = (run: Run) => run.height > 0 && wordsOf(run).length > 0 && wordsOf(run).every(isFigure);

/** What a row is called, and figures. */
function isRow(run: Run): boolean {
  const [label, ...cells] = wordsOf(run);
  const isLabelled = label && /\p{L}/u.test(label.str) && label.str.length <= longestCell;
  return (
    run.height > 0 &&
    isLabelled === true &&
    cells.length >= fewestFigures &&
    cells.every((cell) => isFigure(cell) || /^[$€£¥%]$/.test(cell.str.trim()))
  );
}

/** Years that name columns, among other names. */
function namesPeriods(run: Run): boolean {
  const words = wordsOf(run);
  const years = words.filter(({ str }) => /(?<!\d)(?:19|20)\d\d(?!\d)/.test(str)).length;
  const isShort = words.every(({ str }) => str.length <= longestCell && !rightToLeft.test(str));
  return run.height > 0 && isShort && years >= fewestFigures && years >= words.length / 2;
}

/** Whether a run is more of a row on its baseline: figures, or one more name of a column. */
function belongsTo(row: Run, run: Run): boolean {
  const isLevel = Math.abs(row.y - run.y) < sameBaseline * row.height;
  const isAlike = Math.abs(row.height - run.height) < sameHeight * row.height;
  if (row === run || !isLevel || !isAlike) return false;
  const [name, ...others] = wordsOf(run);
  return isRow(row) ? isOfFigures(run) : name !== undefined && others.length === 0 && name.str.length <= longestName;
}

/** Between two cells of the row, or after its last. @returns whether there is room. */
function insert(run: Run, row: Run, extentOf: (item: TextItem) => Extent): boolean {
  const words = wordsOf(run).map((item) => ({ ...item, hasEOL: false }));
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return false;
  const { start } = extentOf(first);
  const { end } = extentOf(last);
  const starts = wordsOf(row).map((item) => extentOf(item).start);
  if (starts.some((one, index) => index > 0 && one < (starts[index - 1] ?? 0))) return false;
  const before = row.items.findLastIndex((item) => !isWhite(item) && extentOf(item).start < start);
  const after = row.items.findIndex((item, index) => index > before && !isWhite(item));
  const left = row.items[before];
  const right = row.items[after];
  if (!left || start - extentOf(left).end < cellGap) return false;
  if (right && extentOf(right).start - end < cellGap) return false;
  const hadBreak = row.items.at(-1)?.hasEOL === true;
  const rest = right ? row.items.slice(after) : [];
  row.items = [...row.items.slice(0, before + 1), ...words, ...rest];
  row.items = row.items.map((item, index) => ({ ...item, hasEOL: hadBreak && index === row.items.length - 1 }));
  return true;
}

/** Names of columns, or a row's cells, that the file draws from right to left. @returns whether there are such. */
function putInOrder(run: Run, extentOf: (item: TextItem) => Extent): boolean {
  if (run.height === 0) return false;
  const stretches: (Extent & { items: TextItem[] })[] = [];
  for (const item of currenciesFirst(run.items, extentOf)) {
    const { start, end } = extentOf(item);
    const open = stretches.at(-1);
    if (open && (isWhite(item) || start >= open.end - sameBaseline * run.height)) {
      open.items.push(item);
      if (!isWhite(item)) open.end = end;
    } else stretches.push({ start, end, items: [item] });
  }
  const across = stretches.toSorted((one, other) => one.start - other.start);
  const isApart = across.every(({ start }, index) => index === 0 || start - (across[index - 1]?.end ?? 0) >= cellGap);
  const hadBreak = run.items.at(-1)?.hasEOL === true;
  const items = across
    .flatMap((stretch) => stretch.items)
    .map((item, index, { length }) => ({ ...item, hasEOL: hadBreak && index === length - 1 }));
  const put = { ...run, items };
  const isOther = items.some(({ transform }, index) => transform !== run.items[index]?.transform);
  if (!isOther || !isApart || !(namesPeriods(put) || isRow(put))) return false;
  run.items = items;
  return true;
}

/** A currency that is drawn after the figure it stands before. */
function currenciesFirst(items: TextItem[], extentOf: (item: TextItem) => Extent): TextItem[] {
  const put: TextItem[] = [];
  for (const item of items) {
    const last = put.at(-1);
    const isBefore =
      last && /^[$€£¥]$/.test(item.str.trim()) && isFigure(last) && extentOf(item).end <= extentOf(last).start;
    if (isBefore) put.splice(-1, 0, item);
    else put.push(item);
  }
  return put;
}

function groupByBaseline(runs: Run[]): Map<number, Run[]> {
  const groups = new Map<number, Run[]>();
  for (const run of runs) {
    const key = Math.round(run.y);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return groups;
}
