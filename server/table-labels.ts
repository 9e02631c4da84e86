// The labels of a page's table rows: what stands before the first figure of a line that has figures. Pure.

export interface RowLabel {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  /** Its words in plain letters, one space between. */
  text: string;
}

/** A longer beginning is a sentence. */
const longest = 90;
const figure = /(?<=^|[\s(])[($€£¥-]*\s?\d[\d.,]*\)?%?(?=$|[\s)])|(?<=\t|\s{2})[—–-](?=\s|$)/;

export function rowLabels(text: string): RowLabel[] {
  const labels: RowLabel[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const found = figure.exec(line.slice(0, longest + 20));
    if (found && found.index > 1 && found.index <= longest && !/[.!?]$/.test(line.trimEnd())) {
      const label = line.slice(0, found.index);
      const plain = plainLabel(label);
      if (plain) labels.push({ start, end: start + found.index, text: plain });
    }
    start += line.length + 1;
  }
  return labels;
}

export function plainLabel(label: string): string {
  return label
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}-]+/gu, " ")
    .replace(/ and | of | the /g, " ")
    .trim();
}
