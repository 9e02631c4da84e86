// Emphasis: `*`, `_` and `~~`, opened and closed without ever looking back further than the open marks.
import { flush, hopeful, type Opener, type Reader, runLength } from "./reader.ts";

const space = /\s/;
const digit = /[0-9]/;
const letterOrDigit = /[\p{L}\p{N}]/u;

/** Deeper marks stay text: nobody reads them, and the tree is walked by recursion. */
const maxDepth = 16;

export function readMark(reader: Reader, index: number, char: string): number {
  const { text } = reader;
  const length = runLength(text, index, char);
  const end = index + length;
  if (length > 3 || (char === "~" && length !== 2)) return end;
  const before = text[index - 1] ?? " ";
  const after = text[end] ?? (reader.growing ? "x" : " ");
  let opens = !space.test(after);
  let closes = !space.test(before);
  // Snake_case and 2*3 are words and sums, not emphasis.
  if (char === "_" && letterOrDigit.test(before) && letterOrDigit.test(after)) opens = closes = false;
  if (char === "*" && length === 1 && digit.test(before) && digit.test(after)) opens = closes = false;
  if (!opens && !closes) return end;
  const marks = length === 3 ? [char + char, char] : [char.repeat(length)];
  if (closes && closeMarks(reader, index, marks)) {
    reader.from = end;
    return end;
  }
  if (!opens) return end;
  flush(reader, index);
  let at = index;
  for (const mark of marks) {
    reader.openers.push({ mark, node: reader.nodes.length, at });
    reader.nodes.push({ kind: "text", text: mark, at: reader.at(at) });
    at += mark.length;
  }
  while (reader.openers.length > maxDepth) reader.openers.shift();
  reader.from = end;
  return end;
}

/** Closes all of the marks or none: `***` closes `**` and `*` in whichever order they were opened. */
function closeMarks(reader: Reader, index: number, marks: string[]): boolean {
  const { openers } = reader;
  if (!marks.every((mark) => openers.some((opener) => opener.mark === mark))) return false;
  const inner = openers[openers.length - 1] as Opener;
  // Nothing between the marks: `****` and `**` after `**` are text.
  if (inner.at + inner.mark.length >= index) return false;
  flush(reader, index);
  const left = [...marks];
  while (left.length > 0) {
    const opener = openers.pop() as Opener;
    const wanted = left.indexOf(opener.mark);
    if (wanted < 0) continue;
    left.splice(wanted, 1);
    wrap(reader, opener);
  }
  return true;
}

function wrap(reader: Reader, opener: Opener): void {
  const children = reader.nodes.splice(opener.node + 1);
  const kind = opener.mark[0] === "~" ? "struck" : opener.mark.length === 2 ? "strong" : "emphasis";
  reader.nodes[opener.node] = { kind, children };
}

/** What is opened near the end of growing text is shown as it will look once it is closed. */
export function closeHopefully(reader: Reader): void {
  while (reader.openers.length > 0) {
    const opener = reader.openers.pop() as Opener;
    if (reader.text.length - opener.at > hopeful) continue;
    if (opener.node === reader.nodes.length - 1) reader.nodes.pop();
    else wrap(reader, opener);
  }
}
