// Reads the inline marks of an answer: emphasis, code, links, breaks and citations, in one pass and linear time.
import { bareAddressEnd, safeLink } from "./links.ts";
import { closeHopefully, readMark } from "./marks.ts";
import { createReader, flush, hopeful, type Reader, runLength } from "./reader.ts";
import type { Inline, Line } from "./tree.ts";

const special = /[\\`*_~[\]<:\n]/g;
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
      return readOpenBracket(reader, index);
    case "]":
      return readCloseBracket(reader, index);
    case "<":
      return readAngle(reader, index);
    case ":":
      return readBareAddress(reader, index);
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

function readOpenBracket(reader: Reader, index: number): number {
  const { text } = reader;
  citation.lastIndex = index;
  const found = citation.exec(text);
  if (found) {
    let start = index;
    while (start > reader.from && (text[start - 1] === " " || text[start - 1] === "\t")) start -= 1;
    flush(reader, start);
    const end = index + found[0].length;
    const indexes = [...new Set(found[0].match(/\d+/g)?.map(Number))];
    reader.nodes.push({ kind: "citations", indexes, text: text.slice(start, end), at: reader.at(start) });
    reader.from = end;
    return end;
  }
  // A picture is never fetched for the model; its name and address are shown like a link's.
  const start = text[index - 1] === "!" && index - 1 >= reader.from ? index - 1 : index;
  flush(reader, start);
  reader.brackets.push({ node: reader.nodes.length, at: start });
  reader.nodes.push({ kind: "text", text: text.slice(start, index + 1), at: reader.at(start) });
  reader.from = index + 1;
  return index + 1;
}

function readCloseBracket(reader: Reader, index: number): number {
  const bracket = reader.brackets.pop();
  if (!bracket || reader.text[index + 1] !== "(") return index + 1;
  const close = destinationEnd(reader.text, index + 2);
  if (close < 0) {
    const cut = reader.growing && /^[^\s()]*$/.test(reader.text.slice(index + 2, index + 2 + hopeful));
    if (!cut) return index + 1;
  }
  const inside = reader.text.slice(index + 2, close < 0 ? undefined : close).trim();
  const link = safeLink((/^<?([^\s<>]*)/.exec(inside) as RegExpExecArray)[1] as string);
  if (!link) return index + 1;
  flush(reader, index);
  reader.openers = reader.openers.filter((opener) => opener.node < bracket.node);
  const children = reader.nodes.splice(bracket.node + 1);
  if (children.length === 0) children.push({ kind: "text", text: link.host, at: reader.at(index) });
  reader.nodes[bracket.node] = { kind: "link", href: link.href, host: link.host, children };
  reader.brackets = [];
  reader.from = close < 0 ? reader.text.length : close + 1;
  return reader.from;
}

/** The `)` that ends an address, which may hold one pair of brackets itself; -1 if there is none. */
function destinationEnd(text: string, from: number): number {
  let open = 0;
  const limit = Math.min(text.length, from + 2_300);
  for (let i = from; i < limit; i += 1) {
    const char = text[i];
    if (char === "\n") return -1;
    if (char === "(" && ++open > 1) return -1;
    if (char === ")" && --open < 0) return i;
  }
  return -1;
}

const angleAddress = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2048})>/iy;

function readAngle(reader: Reader, index: number): number {
  angleAddress.lastIndex = index;
  const found = angleAddress.exec(reader.text);
  const link = found && safeLink(found[1] as string);
  if (!found || !link) return index + 1;
  flush(reader, index);
  pushAddress(reader, link.href, link.host, index + 1, index + found[0].length - 1);
  reader.from = index + found[0].length;
  return reader.from;
}

function readBareAddress(reader: Reader, index: number): number {
  const { text } = reader;
  if (!text.startsWith("://", index)) return index + 1;
  const scheme = /https?$/.exec(text.slice(Math.max(reader.from, index - 5), index));
  if (!scheme) return index + 1;
  const start = index - scheme[0].length;
  const end = bareAddressEnd(text, start);
  const link = end > start ? safeLink(text.slice(start, end)) : null;
  if (!link || (start > 0 && /[\p{L}\p{N}:]/u.test(text[start - 1] as string))) return index + 1;
  flush(reader, start);
  pushAddress(reader, link.href, link.host, start, end);
  reader.from = end;
  return end;
}

function pushAddress(reader: Reader, href: string, host: string, from: number, to: number): void {
  const text = reader.text.slice(from, to);
  reader.nodes.push({ kind: "link", href, host, children: [{ kind: "text", text, at: reader.at(from) }] });
}
