// Lines that say where something stands and not what it says: tables of contents and lists of exhibits. Pure.
import type { PageLine } from "./ports.ts";

interface ListedPage {
  text: string;
  lines: PageLine[];
}

interface Range {
  start: number;
  end: number;
}

/** So many entries make a list. */
const fewest = 4;
/** Share of the entries whose page is not before that of the entry above. */
const mostlyRising = 0.85;
const leader = /\.{5,}|(?:\s\.){4,}|…{2,}|_{5,}/;
/** What an entry is called, and its page; after a gap a title may end in anything. */
const entry = /^[^\n]*\p{L}[^\n]*?(?:\.{3,}|(?:\s?\.){3,}|…+|\t|\s)\s*(\d{1,3})\s*$/u;
const endsInDigit = /\d\s*$/;
const exhibit = /^\s*\(?\d{1,3}(?:\.\d{1,3})?\s?[A-Z]?[*†‡+#^]*\)?\s+\S/;
const exhibitTitle = /^\s*exhibit\s+(?:number|no\.?|index|description)\b/im;
const where =
  /\b(?:(?:which|what|on) pages?|page numbers?|table of contents|contents page|chapters?|exhibits?|where (?:can|do|does|is|are) (?:i|we|it|the|there)?.*\b(?:find|found|section|described|explained|discussed|stand)|seiten?|seitenzahl|inhaltsverzeichnis|kapitel|anlagen?|quelle page|à la page|sommaire|página|índice)\b/i;

/** Whether a question asks where something stands. */
export const asksWhere = (question: string): boolean => where.test(question);

/** What a page of contents or exhibits is worth beside those that it lists. */
const listingShare = 0.6;

/** Pages, best first, those of which most is listed counting less. */
export function listingsLast<T extends { score: number; page: { page: number }; segments: { listed?: boolean }[] }>(
  pages: T[],
): T[] {
  const isListing = ({ segments }: T) => segments.filter(({ listed }) => listed).length > segments.length / 2;
  return pages
    .map((page) => ({ ...page, score: page.score * (isListing(page) ? listingShare : 1) }))
    .sort((left, right) => right.score - left.score || left.page.page - right.page.page);
}

export const isWithin = ({ start }: Range, ranges: Range[]) =>
  ranges.some((range) => range.start <= start && start < range.end);

/** The parts of a page that list what stands elsewhere. */
export function listingsOf({ text, lines }: ListedPage): Range[] {
  const written = lines.map(({ start, end }) => ({ start, end, content: text.slice(start, end) }));
  const led = written.filter(({ content }) => leader.test(content) && /\p{L}/u.test(content));
  return [...led.filter(({ content }) => /\d\s*$/.test(content)), ...contentsOf(written), ...exhibitsOf(written, text)];
}

type Written = Range & { content: string };

/** Titles that end in numbers of pages, one after the other, which hardly ever fall. */
function contentsOf(lines: Written[]): Range[] {
  const entries = lines.flatMap((line) => {
    // Most lines end in no number, and looking for what stands before one is dear.
    const page = endsInDigit.test(line.content) ? entry.exec(line.content)?.[1] : undefined;
    if (!page) return [];
    const figures = line.content
      .replace(/^\s*[\d.]+\s/, "")
      .match(/(?<=^|[\s\t])[($€£]*\d[\d.,]*%?\)?(?=$|[\s\t])/g)?.length;
    return figures === 1 && !/[$€£%]/.test(line.content) ? [{ ...line, page: Number(page) }] : [];
  });
  const steps = entries.slice(1).map(({ page }, index) => page - (entries[index]?.page ?? 0));
  const rising = steps.filter((step) => step >= 0).length;
  const isRising =
    rising >= steps.length * mostlyRising && (entries.at(-1)?.page ?? 0) - (entries[0]?.page ?? 0) >= fewest;
  const headed = lines.some(({ content }) =>
    /^\s*(?:table of contents|contents|index\b.*|inhalt\p{L}*|sommaire|índice)\s*$/iu.test(content),
  );
  const share = entries.length / Math.max(1, lines.length);
  return entries.length >= fewest && isRising && (share >= 0.5 || (headed && share >= 0.25)) ? entries : [];
}

/** From the first number of an exhibit to the page's end. */
function exhibitsOf(lines: Written[], text: string): Range[] {
  if (!exhibitTitle.test(text)) return [];
  const first = lines.find(({ content }) => exhibit.test(content));
  const last = lines.at(-1);
  return first && last ? [{ start: first.start, end: last.end }] : [];
}
