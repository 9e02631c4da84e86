// Whether the sentences of answers stand on the pages that they cite, by the product's own text of those pages.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildReader, root } from "../scripts/build.mjs";
import { pdfsOf } from "./eval-predict.mjs";

/** A line of an answer with the citations that end it. */
const marks = /((?:[ \t]*\[\d+\])+)/;

/**
 * An answer cut at its marks and its line ends: `{ text, cited }`, where `cited` counts from 1. What stands after the
 * last mark of a line is cited by nobody.
 */
export function statementsOf(answer) {
  return answer.split("\n").flatMap((line) => {
    const parts = line.split(marks);
    return parts.flatMap((text, index) => {
      if (index % 2 || !bare(text)) return [];
      return [{ text: text.trim(), cited: (parts[index + 1]?.match(/\d+/g) ?? []).map(Number) }];
    });
  });
}

/**
 * @param pages `pagesOf` of the set.
 * @returns `{ stands, text, scope, id }` for each statement of the answers that are no refusals.
 */
export function groundingOf(predictions, pages) {
  return predictions
    .filter(({ refused }) => !refused)
    .flatMap(({ id, scope, text, citations }) =>
      statementsOf(withoutTitles(text)).map(({ text: statement, cited }) => {
        const texts = cited.map((number) => {
          const { document, page } = citations[number - 1] ?? {};
          return pages.get(pageKey(document, page)) ?? "";
        });
        return { id, scope, text: statement, stands: texts.some((page) => standsOn(statement, page)) };
      }),
    );
}

/** Of a comparison: the document's title above what is of it, in bold, which no page's text is. */
const withoutTitles = (answer) => answer.replace(/^\*\*[^*\n]+\*\*$/gm, "");

/** Whole, or sentence by sentence where several share a mark; a row, and a name of a column, in its parts. */
function standsOn(statement, page) {
  if (page.includes(bare(statement))) return true;
  if (/(?<!\\)\||·/.test(statement)) {
    // A day is set above its year in a narrow column.
    const parts = statement.split(/(?<!\\)\||·|(?<=\d,) (?=(?:19|20)\d\d\s*$)|(?<=\d,) (?=(?:19|20)\d\d\s*\|)/);
    return parts.every((part) => page.includes(bare(part)));
  }
  const sentences = [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(statement)];
  return sentences.length > 1 && sentences.every(({ segment }) => page.includes(bare(segment)));
}

/** Letters and figures alone: a line's end, a hyphen at it and the rules of a table are not part of what is said. */
function bare(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

const pageKey = (document, page) => `${document} ${page}`;

/** The text of every page of a set, as the product's worker reads it. */
export async function pagesOf(set) {
  await buildReader();
  const dist = (name) => pathToFileURL(join(root, "dist", name));
  const { createPdfReader } = await import(dist("pdf.js").href);
  const log = { debug() {}, info() {}, warn: console.warn, error: console.error };
  const reader = createPdfReader({ childEntry: dist("pdf-child.js"), processes: 2, maxPages: 5000, log });
  const pages = new Map();
  try {
    for (const name of await pdfsOf(set)) {
      const signal = new AbortController().signal;
      for await (const { number, text } of reader.read(join(set, "pdfs", name), { signal })) {
        pages.set(pageKey(name, number), bare(text));
      }
    }
  } finally {
    await reader.close();
  }
  return pages;
}
