// Cuts a page's text into what can be quoted whole: sentences, list items, table rows and headings.

export interface Segment {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  kind: "sentence" | "row" | "heading";
}

/** A longer one is cut at a clause or a space, so that a quote stays readable. */
const maxLength = 600;

/** Words before a full stop that do not end a sentence. */
const abbreviation =
  /(?:^|[\s("'“])(?:\p{Lu}|mr|mrs|ms|dr|prof|st|sr|jr|vs|etc|e\.g|i\.e|cf|no|nos|vol|pp?|fig|figs|eq|sec|ch|al|inc|ltd|co|corp|gen|gov|sen|rep|rev|hon|approx|ca|dept|univ|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|u\.s|u\.k|d\.c|bzw|ca|nr|z\.b|d\.h|usw|abb|m\.|mme)$/iu;
const listItem = /^\s*(?:[•▪●◦‣–—*-]\s|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s)/;
const sentenceEnd = /[.!?。！？…]["'”’)\]]*$/;

export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = [];
  for (const block of blocks(text)) {
    if (block.kind === "sentence") segments.push(...sentences(text, block.start, block.end));
    else segments.push(block);
  }
  return segments.map((segment) => trim(text, segment)).filter((segment) => segment.end > segment.start);
}

interface Line {
  start: number;
  end: number;
  content: string;
}

/** Joins lines of running text; table rows, headings and list items begin anew. */
function blocks(text: string): Segment[] {
  const lines = linesOf(text);
  const full = fullWidth(lines);
  const result: Segment[] = [];
  let open: Segment | undefined;
  let last: Line | undefined;
  for (const line of lines) {
    if (!line.content.trim()) {
      open = undefined;
    } else if (isRow(line.content)) {
      result.push({ start: line.start, end: line.end, kind: "row" });
      open = undefined;
    } else if (open && last && continues(last.content, line.content, full)) {
      open.end = line.end;
    } else {
      open = { start: line.start, end: line.end, kind: "sentence" };
      result.push(open);
    }
    last = line;
  }
  for (const block of result) if (isHeading(text.slice(block.start, block.end), block.kind)) block.kind = "heading";
  return result;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    lines.push({ start, end, content: text.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

/** How long a full line of running text is on this page: the upper quartile. */
function fullWidth(lines: Line[]): number {
  const lengths = lines.map((line) => line.content.trimEnd().length).filter((length) => length > 20);
  lengths.sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length * 0.75)] ?? 80;
}

function continues(before: string, line: string, full: number): boolean {
  if (listItem.test(line)) return false;
  if (/[-\u00ad]$/.test(before) || /^\s*\p{Ll}/u.test(line)) return true;
  const short = before.trimEnd().length < full * 0.6;
  return !(short && (sentenceEnd.test(before.trimEnd()) || /^\s*[\p{Lu}\p{N}"“(]/u.test(line)));
}

/** Cells of numbers: at least two, and few words beside them; or cells set apart by tabs. */
function isRow(line: string): boolean {
  const cells = line.match(/\S+/g) ?? [];
  const numbers = cells.filter((cell) => /^[($€£]*-?[\d.,]*\d[\d.,]*[)%]*$|^[–—-]$/.test(cell)).length;
  if (numbers >= 2 && numbers >= cells.length * 0.3 && !sentenceEnd.test(line.replace(/[\d.]+$/, ""))) return true;
  return line.includes("\t") && numbers >= 1 && cells.length <= 14;
}

function isHeading(block: string, kind: Segment["kind"]): boolean {
  const content = block.trim();
  if (kind !== "sentence" || content.length > 90 || content.includes("\n")) return false;
  return !/[.!?:;,。]$/.test(content) && !listItem.test(content);
}

function sentences(text: string, start: number, end: number): Segment[] {
  const result: Segment[] = [];
  const block = text.slice(start, end);
  let from = 0;
  for (const match of block.matchAll(/[.!?]["'”’)\]]*(?:\[\d+\])*\s+|[。！？]+["'”’」）]*\s*/gu)) {
    const at = match.index + match[0].length;
    if (!endsSentence(block.slice(from, match.index), match[0], block.slice(at, at + 2))) continue;
    result.push(...bounded(text, start + from, start + at));
    from = at;
  }
  if (from < block.length) result.push(...bounded(text, start + from, end));
  return result;
}

function endsSentence(before: string, mark: string, after: string): boolean {
  if (/^[。！？]/.test(mark)) return true;
  if (!/^["'“‘([]?[\p{Lu}\p{N}\p{Lo}•]/u.test(after)) return false;
  return !(mark.startsWith(".") && abbreviation.test(before.slice(-12)));
}

function bounded(text: string, start: number, end: number): Segment[] {
  const result: Segment[] = [];
  let from = start;
  while (end - from > maxLength) {
    const window = text.slice(from, from + maxLength);
    const clause = Math.max(window.lastIndexOf("; "), window.lastIndexOf(": "), window.lastIndexOf("\n• ")) + 1;
    const cut = clause > maxLength / 2 ? clause : window.search(/\s\S*$/) + 1 || maxLength;
    result.push({ start: from, end: from + cut, kind: "sentence" });
    from += cut;
  }
  result.push({ start: from, end, kind: "sentence" });
  return result;
}

function trim(text: string, segment: Segment): Segment {
  let { start, end } = segment;
  while (start < end && /\s/.test(text[start] ?? "")) start++;
  while (end > start && /\s/.test(text[end - 1] ?? "")) end--;
  return { ...segment, start, end };
}
