// Questions for everybody who holds an office: the rows of a page that each name somebody with theirs. Pure.
import { person } from "./asked-things.ts";
import type { ScoredPage } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import type { Segment } from "./segments.ts";
import { namesOffice } from "./signatures.ts";

/** Whose rows are asked for. */
export type Holders = "officers" | "directors";

const lists =
  /^\W*(?:(?:please )?(?:list|name|give|show|tell)\b|who\b|what are the names\b|which (?:people|persons)\b|wer\b|nenne\b|liste\b|qui\b|qui[eé]n(?:es)?\b)/i;
const officers =
  /\b(?:(?:executive |corporate |company |senior |key |top |principal )*(?:officers|executives)|(?:executive|senior|top) management|(?:management|leadership|executive) team|senior leadership|führungskräfte|vorstandsmitglieder|dirigeants|directivos)\b/i;
const directors =
  /\b(?:directors|board members|on (?:the|its|their) board|members of (?:the|its|their) board|board of directors|aufsichtsrat\p{L}*|administrateurs|consejeros)\b/iu;
/** What is asked of them beside who they are. */
const beyond =
  /\b(?:paid|pay|compensat\w*|salar\w*|earn\w*|own\w*|elected|appointed|joined|resigned|age|old|left|responsib\w*|chair|chairman|chairs|lead|independent|committee|audit)\b/i;

/** @returns null where no such list is asked for. */
export function holdersAsked(question: string): Holders | null {
  if (!lists.test(question) || beyond.test(question)) return null;
  if (officers.test(question)) return "officers";
  return directors.test(question) ? "directors" : null;
}

/** A longer row says more than who holds what. */
const longest = 160;
/** "A. B. Brook" beside "Ada Brook". */
const bearer = `(?:${person}|(?:\\p{Lu}\\. ?){1,3}\\p{Lu}[\\p{L}'’-]+)`;
/** A name in the first cell, an age, and the rest. */
const named = new RegExp(
  `^(?:/s/\\s*)?(${bearer})[^\\p{L}\\n\\t]{0,12}(?:[\\s,·|–—-]|\\t)+(?:age )?(?:\\(?\\d{2}\\)?[\\s,]+)?(.+)$`,
  "u",
);
/** An office, mostly a date, and the name in the last cell. */
const namedLast = new RegExp(`^([^\\t]+)\\t(?:[^\\t]*\\t)*(${bearer})$`, "u");
const vicePresident = /^(?:(?:Executive|Senior|Group|Corporate) )?[ES]?VP\b/;
const isDirector =
  /^(?:(?:lead|independent|non-executive|executive|managing)\s+)*(?:directors?\b|member of the board|chair(?:man|woman|person)?\b)/i;
const directorAlone =
  /^(?:(?:lead|independent|non-executive)\s+)*(?:directors?|chair(?:man|woman|person)?(?: of the board)?)[^\p{L}]*(?:\p{L}+ \d{1,2}, \d{4})?$/iu;
const alsoDirector = /\bdirector\b/i;

/** Who is named in a row that says what office they hold; null where it is none of those asked for. */
function holderOf(text: string, asked: Holders): string | null {
  if (text.length > longest) return null;
  const line = text.replace(/\s*\n\s*/g, "\t").trim();
  const [, last, lastName] = namesOffice(line) ? (namedLast.exec(line) ?? []) : [];
  const [, name = lastName, rest = last ?? ""] = last ? [] : (named.exec(line) ?? []);
  const office = rest.replace(/\s+/g, " ").trim();
  if (!name || !(namesOffice(office) || vicePresident.test(office))) return null;
  const isAsked =
    asked === "officers" ? !directorAlone.test(office) : isDirector.test(office) || alsoDirector.test(office);
  return isAsked ? (name.split(" ").at(-1) ?? name) : null;
}

/** Rows that make a list, and how many more one counts that is headed as what is asked for. */
const fewest = 2;
const headed = 3;

/**
 * @param pages best first; of the document of the first that has a list.
 * @returns the pages on which the fullest list stands, its rows alone worth anything; empty where none does.
 */
export function holderPages(pages: ScoredPage[], asked: Holders): ScoredPage[] {
  const called = pages[0]?.evidence.called ?? 0;
  for (const id of new Set(pages.map(({ page }) => page.documentId))) {
    const own = pages
      .filter(({ page, evidence }) => page.documentId === id && evidence.called >= called)
      .map((found) => withHolders(found, asked))
      .sort((one, two) => two.count - one.count);
    const fullest = own[0];
    if (!fullest || fullest.count < fewest) continue;
    return withoutRepeated(goingOn(own, fullest)).sort((one, two) => one.page.page - two.page.page);
  }
  return [];
}

type Listed = ReturnType<typeof withHolders>;

/** The fullest page, and those before and after it over which its list goes on. */
function goingOn(own: Listed[], fullest: Listed): Listed[] {
  const listed = new Map(own.filter(({ count }) => count > 0).map((each) => [each.found.page.page, each]));
  const near = [fullest];
  for (const step of [1, -1]) {
    for (let at = fullest.found.page.page + step; listed.has(at); at += step) near.push(listed.get(at) as Listed);
  }
  return near;
}

const heading: Record<Holders, RegExp> = {
  officers: /^.{0,40}\bexecutive officers\b.{0,40}$/im,
  directors: /^.{0,40}\b(?:board of directors|our directors)\b.{0,40}$/im,
};

function withHolders(found: ScoredPage, asked: Holders) {
  const { text } = found.page;
  const names = found.segments.map(({ start, end }) => holderOf(text.slice(start, end), asked));
  const count = new Set(names.filter(Boolean)).size;
  return { found, names, count: count > 0 && heading[asked].test(text) ? count + headed : count };
}

/** Each person once, where most stand. */
function withoutRepeated(near: Listed[]): ScoredPage[] {
  const told = new Set<string>();
  return near.flatMap(({ found, names }) => {
    const segments = found.segments.map((segment, index): ScoredSegment => {
      const name = names[index];
      const isNew = name && !told.has(name);
      if (isNew) told.add(name);
      const kind: Segment["kind"] = isNew ? "row" : segment.kind;
      return { ...segment, kind, score: isNew ? 1 : 0 };
    });
    return segments.some(({ score }) => score > 0) ? [{ ...found, segments, score: 1 }] : [];
  });
}
