// Reads the inline marks of an answer: emphasis, code, breaks and citations, in one pass and linear time. Links and
// pictures are none: a document may have had them written, and pressing one would carry its words away.
import { closeHopefully, readMark } from "./marks.ts";
import { createReader, flush, hopeful, type Reader, runLength } from "./reader.ts";
import type { Inline, Line } from "./tree.ts";

const special = /[\\`*_~[\n]/g;
const citation = /\[\d{1,3}(?:[ \t]?,[ \t]?\d{1,3}){0,9}\](?:[ \t]?\[\d{1,3}(?:[ \t]?,[ \t]?\d{1,3}){0,9}\]){0,19}/y;
const punctuation = /[!-/:-@[-`{-~]/;

/** Parses the lines of one paragraph, heading or cell; `growing`: more text may follow the last line. */
export function parseInline(lines: readonly Line[], growing = false): Inline[] {
  const reader = createReader(lines, growing);
  const { text } = reader;
  let index = 0;
  while (index < text.length) {
    special.lastIndex = index;
    const found = special.exec(text);
    if (!found) break;
    index = step(reader, found.index, found[0]);
  }
  flush(reader, text.length);
  if (growing) closeHopefully(reader);
  return reader.nodes;
}

function step(reader: Reader, index: number, char: string): number {
  switch (char) {
    case "\\":
      return readEscape(reader, index);
    case "`":
      return readCode(reader, index);
    case "[":
      return readCitations(reader, index);
    case "\n":
      return readNewline(reader, index);
    default:
      return readMark(reader, index, char);
  }
}

function readEscape(reader: Reader, index: number): number {
  const next = reader.text[index + 1];
  if (next === "\n") {
    flush(reader, index);
    reader.nodes.push({ kind: "break" });
    reader.from = index + 2;
    return index + 2;
  }
  if (next === undefined || !punctuation.test(next)) return index + 1;
  flush(reader, index);
  reader.from = index + 1;
  return index + 2;
}

function readNewline(reader: Reader, index: number): number {
  const { text } = reader;
  let end = index;
  while (end > reader.from && text[end - 1] === " ") end -= 1;
  flush(reader, end);
  if (index - end >= 2) reader.nodes.push({ kind: "break" });
  else reader.nodes.push({ kind: "text", text: " ", at: reader.at(end) });
  reader.from = index + 1;
  return index + 1;
}

function readCode(reader: Reader, index: number): number {
  const { text } = reader;
  const length = runLength(text, index, "`");
  reader.ticks ??= lastRuns(text);
  const close = (reader.ticks.get(length) ?? -1) > index ? findRun(text, index + length, length) : -1;
  const end = close < 0 ? text.length : close;
  if (close < 0 && !(reader.growing && text.length - index < hopeful)) return index + length;
  flush(reader, index);
  let from = index + length;
  let to = end;
  if (to - from > 2 && text[from] === " " && text[to - 1] === " " && text.slice(from, to).trim() !== "") {
    from += 1;
    to -= 1;
  }
  if (to > from)
    reader.nodes.push({ kind: "code", text: text.slice(from, to).replaceAll("\n", " "), at: reader.at(from) });
  reader.from = close < 0 ? end : end + length;
  return reader.from;
}

function lastRuns(text: string): Map<number, number> {
  const runs = new Map<number, number>();
  for (const run of text.matchAll(/`+/g)) runs.set(run[0].length, run.index);
  return runs;
}

function findRun(text: string, from: number, length: number): number {
  let index = text.indexOf("`", from);
  while (index >= 0) {
    const found = runLength(text, index, "`");
    if (found === length) return index;
    index = text.indexOf("`", index + found);
  }
  return -1;
}

function readCitations(reader: Reader, index: number): number {
  const { text } = reader;
  citation.lastIndex = index;
  const found = citation.exec(text);
  if (!found) return index + 1;
  let start = index;
  while (start > reader.from && (text[start - 1] === " " || text[start - 1] === "\t")) start -= 1;
  flush(reader, start);
  const end = index + found[0].length;
  const indexes = [...new Set(found[0].match(/\d+/g)?.map(Number))];
  reader.nodes.push({ kind: "citations", indexes, text: text.slice(start, end), at: reader.at(start) });
  reader.from = end;
  return end;
}
