// Writes chosen sentences and rows as an answer in Markdown, each ending in the mark of its citation.
import type { Chosen } from "./answer-choice.ts";
import type { Compared } from "./comparison.ts";

/**
 * Each document's own under its title: which of those compared a row is of, the row does not say.
 * @param silent what is said of one that tells nothing.
 */
export function comparedText(chosen: Chosen[], { titles, titleOf }: Compared, silent: string): string {
  const all = new Set([...titles, ...chosen.map(({ passage }) => titleOf(passage))]);
  return [...all]
    .flatMap((title) => {
      const own = chosen.filter(({ passage }) => titleOf(passage) === title);
      return [`**${plain(title)}**`, own.length ? answerText(own, false) : silent];
    })
    .join("\n\n");
}

/** @param asList items of a list that follow each other stand one below the other. */
export function answerText(chosen: Chosen[], asList: boolean): string {
  const blocks: string[] = [];
  let paragraph: string[] = [];
  /** Whether it is the list that the sentence before it announces. */
  let isAnnounced = false;
  const endParagraph = () => {
    const isList = (asList && paragraph.length > 1) || isAnnounced;
    if (paragraph.length) blocks.push(isList ? listOf(paragraph) : paragraph.join(" "));
    paragraph = [];
  };
  const sentences = tablesTogether(chosen);
  for (let index = 0; index < sentences.length; index++) {
    const one = sentences[index] as Chosen;
    if (one.announces || Boolean(one.announced) !== isAnnounced) endParagraph();
    isAnnounced = one.announced === true;
    if (!one.row) {
      const label = labelBefore(sentences[index - 1], one);
      if (label) paragraph.pop();
      const last = sentences[index - 1];
      const goesOn =
        (one.step || one.announced) &&
        last?.announces !== true &&
        one.follows &&
        last?.passage === one.passage &&
        last.order === one.order - 1;
      const before = goesOn && !label ? paragraph.pop() : undefined;
      const text = withMark(plain(label + one.text), one.passage);
      // What stands in one item of a list is one item.
      paragraph.push(before ? `${before} ${text}` : text);
      continue;
    }
    endParagraph();
    const rows = [one];
    for (let next = sentences[index + 1]; next?.row && next.passage === one.passage; next = sentences[index + 1]) {
      rows.push(next);
      index++;
    }
    blocks.push(...tablesOf(rows));
  }
  endParagraph();
  return blocks.join("\n\n");
}

/** Few words that say what the sentence after them is about share its mark. */
const longestLabel = 40;
const labelWords = 3;

function labelBefore(before: Chosen | undefined, { passage, order, follows }: Chosen): string {
  const isShort =
    before && !before.row && before.text.length <= longestLabel && before.text.split(/\s+/).length <= labelWords;
  const isLabel = isShort && /[.:]$/.test(before.text);
  return isLabel && follows && before.passage === passage && before.order === order - 1 ? `${before.text} ` : "";
}

/** Rows of one table stand where the likeliest of them does. */
function tablesTogether(chosen: Chosen[]): Chosen[] {
  const tableOf = ({ passage, columns, over, captions }: Chosen) =>
    columns ? JSON.stringify([passage, columns, over, captions]) : null;
  const done = new Set<string>();
  return chosen.flatMap((one) => {
    const table = tableOf(one);
    if (table === null) return [one];
    if (done.has(table)) return [];
    done.add(table);
    return chosen.filter((other) => tableOf(other) === table);
  });
}

const withMark = (text: string, passage: number) => `${text} [${passage}]`;

const listOf = (items: string[]) => items.map((item) => `- ${item}`).join("\n");

/** Rows under their table's title and the names of its columns; rows whose page has none stand as lines of a list. */
function tablesOf(rows: Chosen[]): string[] {
  const tables: { captions: string; names: string; lines: string[] }[] = [];
  for (const row of rows) {
    const { cells, columns, passage } = row;
    const names = columns && cells ? headOf([...(row.over ?? []), columns], passage) : "";
    const captions = (row.captions ?? []).map((caption) => withMark(plain(caption), passage)).join(" ");
    const line = names && cells ? lineOf(cells, passage) : withMark(plainRow(row), passage);
    const last = tables.at(-1);
    if (last?.names === names && last.captions === captions) last.lines.push(line);
    else tables.push({ captions, names, lines: [line] });
  }
  return tables.flatMap(({ captions, names, lines }, index) => {
    const isNew = captions && captions !== tables[index - 1]?.captions;
    const plainLines = lines.length > 1 ? listOf(lines) : (lines[0] ?? "");
    return [...(isNew ? [captions] : []), names ? [names, ...lines].join("\n") : plainLines];
  });
}

function headOf([first = [], ...others]: string[][], passage: number): string {
  const rule = `|${" --- |".repeat(first.length)}`;
  return [lineOf(first, passage), rule, ...others.map((other) => lineOf(other, passage))].join("\n");
}

/** Before the name of whoever signed. */
const signed = /^(?:By:?\s+)?\/s\/\s*/i;

/** What opens an item of a list is no cell of it. */
const bullet = /^[•·▪●◦‣■□➢✓\uf0b7\uf0a7]?$/u;

/** A row without names of its columns: what it is called, and its figures. */
function plainRow({ cells, text }: Chosen): string {
  if (!cells) return plain(text);
  const [first = "", ...others] = cells.map((cell) => cell.trim());
  const shown = bullet.test(first) && others.length ? others : [first, ...others];
  const [label = "", ...values] = shown.map((cell) => plain(cell.replace(signed, "")));
  if (!values.length) return label;
  if (!/\p{L}/u.test(label) || label.includes(",")) return [label, ...values].join(" · ");
  return `${label}${/[\p{L}\d)%]$/u.test(label) ? ":" : ""} ${values.join(" · ")}`;
}

function lineOf(cells: string[], passage: number): string {
  const written = cells.map((cell) => plain(cell).replaceAll("|", "\\|"));
  return `| ${written.map((cell, index) => (index === cells.length - 1 ? withMark(cell, passage) : cell)).join(" | ")} |`;
}

/** A page's text as text: its own "[12]" is no citation of ours, and none of its characters is Markdown. */
function plain(text: string): string {
  return text
    .replace(/\[(\s*\d+(?:\s*[,;–-]\s*\d+)*\s*)\]/g, "($1)")
    .replace(/[*`\\]|~~|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[\p{L}/!])|\](?=\()/gu, "\\$&")
    .replace(/^(?:#{1,6}(?=\s)|>|[-+](?=\s)|(?:-\s*){3,}$)/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s)/, "$1\\$2");
}
