// The labels of a page's table rows: what stands before the first figure of a line that has figures. Pure.

import { holdsValue } from "./table-rows.ts";
import { goesOn } from "./wrapped-labels.ts";

/** A longer beginning is a sentence. */
const longest = 90;
const figure = /(?<=^|[\s(])[($€£¥-]*\s?\d[\d.,]*\)?%?(?=$|[\s)])|(?<=\t|\s{2})[—–-](?=\s|$)/;

/** In plain letters, see `plainLabel`. */
export function rowLabels(text: string): string[] {
  const labels: string[] = [];
  let above = "";
  for (const line of text.split("\n")) {
    const before = above;
    above = line.trim();
    const found = figure.exec(line.slice(0, longest + 20));
    if (!found || found.index <= 1 || found.index > longest || /[.!?]$/.test(line.trimEnd())) continue;
    // Years beside a line's name are those of the columns below.
    if (!holdsValue(line.slice(found.index)) && !/[—–-]/.test(line.slice(found.index))) continue;
    const label = line.slice(0, found.index).trim();
    // What begins in the line above is one label in two.
    const whole = label && goesOn(before, label) && !figure.test(before) ? `${before} ${label}` : label;
    const plain = plainLabel(whole);
    if (plain) labels.push(plain);
  }
  return labels;
}

/** The words of a label, one space between, without what different companies write differently. */
export function plainLabel(label: string): string {
  // "Dividends declared ($0.40 per share)"
  const named = label.includes("(") ? label.replace(/\([$€£¥]\s?\d[\d.,]*/g, " ") : label;
  return named
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}-]+/gu, " ")
    .replace(/ and | of | the /g, " ")
    .trim();
}
