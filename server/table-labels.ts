// The labels of a page's table rows: what stands before the first figure of a line that has figures. Pure.

/** A longer beginning is a sentence. */
const longest = 90;
const figure = /(?<=^|[\s(])[($€£¥-]*\s?\d[\d.,]*\)?%?(?=$|[\s)])|(?<=\t|\s{2})[—–-](?=\s|$)/;

/** In plain letters, see `plainLabel`. */
export function rowLabels(text: string): string[] {
  const labels: string[] = [];
  for (const line of text.split("\n")) {
    const found = figure.exec(line.slice(0, longest + 20));
    if (!found || found.index <= 1 || found.index > longest || /[.!?]$/.test(line.trimEnd())) continue;
    const label = plainLabel(line.slice(0, found.index));
    if (label) labels.push(label);
  }
  return labels;
}

/** The words of a label, one space between, without what different companies write differently. */
export function plainLabel(label: string): string {
  return label
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}-]+/gu, " ")
    .replace(/ and | of | the /g, " ")
    .trim();
}
