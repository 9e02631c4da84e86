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
    const head = columns && cells ? headOf([...(row.over ?? []), columns]) : { columns: [], above: [] };
    const names = head.columns.length ? headLines(head.columns, passage) : "";
    const said = [...(row.captions ?? []), ...head.above];
    const captions = said.map((caption) => withMark(plain(caption), passage)).join(" ");
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

/** A longer label of the labels is a unit or a title, for which their column is too narrow. */
const longestStub = 20;
/** Between the rows of a column's name: never the first of a line. */
const part = "\u00a0· ";
/** "January 28," above "2023" is a day. */
const dayBegun = /\d,$/;
const year = /^(?:19|20)\d\d$/;

/** The rows of a head as one, each column named whole; above it what all columns share, and what is no column's name. */
function headOf(rows: string[][]): { columns: string[]; above: string[] } {
  const isShared = (row: string[], index: number) => {
    const [, first = "", ...others] = row;
    return index < rows.length - 1 && first !== "" && others.length > 0 && others.every((cell) => cell === first);
  };
  const shared = rows.filter(isShared).map(([, first = ""]) => first);
  const own = rows.filter((row, index) => !isShared(row, index));
  const stubs = [...new Set(rows.map(([stub = ""]) => stub).filter(Boolean))];
  const isLong = (stub: string) => stub.length > longestStub || /^\(.*\)$/.test(stub);
  const columns = (own[0] ?? []).slice(1).map((_, index) =>
    own
      .map((row) => row[index + 1] ?? "")
      .filter((cell, at, cells) => cell !== "" && cell !== cells[at - 1])
      .reduce((whole, cell) => {
        if (whole === "") return cell;
        return `${whole}${dayBegun.test(whole) && year.test(cell) ? " " : part}${cell}`;
      }, ""),
  );
  return {
    columns: [stubs.filter((stub) => !isLong(stub)).join(" · "), ...columns],
    above: [...shared, ...stubs.filter(isLong)],
  };
}

function headLines(columns: string[], passage: number): string {
  return [lineOf(columns, passage), `|${" --- |".repeat(columns.length)}`].join("\n");
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
    .replace(
      /[*`\\]|~~|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[\p{L}/!])|\](?=\()|&(?=#?[\p{L}\p{N}]{1,32};)/gu,
      "\\$&",
    )
    .replace(/\[(\s*\d+(?:\s*[,;–-]\s*\d+)*\s*)\\?\]/g, "\\[$1\\]")
    .replace(/^(?:#{1,6}(?=\s)|>|[-+](?=\s)|(?:-\s*){3,}$)/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s)/, "$1\\$2");
}
