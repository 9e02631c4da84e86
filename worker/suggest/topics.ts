// Questions about what stands below a heading: for documents whose sentences give little else to ask.
import { type Candidate, isPlain, type Lexicon, reads } from "./sentence.ts";

interface Line {
  kind: "sentence" | "row" | "heading";
  text: string;
  page: number;
}

/** Headings of every document's: they say nothing of what this one is about. */
const usual =
  /^(?:(?:table of )?contents|index|introduction|overview|summary|(?:executive |management )?summary|abstract|conclusions?|(?:general )?discussion|results?|methods?|methodology|references|bibliography|works cited|acknowledge?ments?|appendix.*|annex.*|figures?|tables?|notes?|footnotes|general|background|preface|foreword|about.*|contact.*|copyright.*|legal.*|disclaimer.*|glossary|exhibits?.*|signatures?|part [ivx\d]+.*|item \d+.*|chapter \d+.*|section \d+.*|page.*|related work|future work|limitations|experiments?|evaluation|data|analysis|history|etymology|see also|main (?:results|findings)|description of.*|documents incorporated.*|segment.*|business segments?|business strategy.*|liquidity and.*|.* and administrative|operating activities|working capital|cautionary.*|.*forward-looking.*|.*(?:pronouncements|accounting|standards).*|(?:other|legal) (?:matters|proceedings|information)|conclusions? .*|problem (?:formulation|statement)|experimental.*|implementation.*|baselines?|datasets?|.*non-gaap.*|.*fair value.*|risks related.*|authority for.*|regulatory.*|stock performance.*|contractual.*|background .*|further reading|external links|other|misc.*|unaudited.*|inhalt.*|einleitung|zusammenfassung|literatur.*|anhang.*|abbildungen|tabellen|vorwort|fazit|ergebnisse|methoden?|diskussion|impressum|danksagung|index|übersicht|sommaire|introduction|résumé|conclusion|annexes?.*|bibliographie|remerciements|avant-propos|préface|résultats|índice|introducción|resumen|conclusi(?:ón|ones)|anexos?.*|bibliografía|agradecimientos|prólogo|resultados|metodología)$/i;

const asked: Record<string, (topic: string) => string> = {
  en: (topic) => `What does the document say about ${topic}?`,
  de: (topic) => `Was sagt das Dokument zum Thema „${topic}“?`,
  fr: (topic) =>
    `Que dit le document au sujet de « ${topic} » ?`.replace(/« | »| \?/g, (found) => found.replace(" ", "\u00a0")),
  es: (topic) => `¿Qué dice el documento sobre «${topic}»?`,
};

/** Sentences that a heading needs below it. */
const fewest = 2;

export function topicsOf(pages: Line[][], { language, words }: { language: string; words: Lexicon }): Candidate[] {
  const form = asked[language];
  if (!form) return [];
  const times = new Map<string, number>();
  for (const { kind, text } of pages.flat()) if (kind === "heading") times.set(text, (times.get(text) ?? 0) + 1);
  return pages.flatMap((lines) =>
    lines.flatMap(({ kind, text, page }, index): Candidate[] => {
      if (kind !== "heading" || (times.get(text) ?? 0) > 1) return [];
      const below = lines.slice(index + 1, index + 1 + fewest);
      if (below.length < fewest || !below.every((line) => line.kind === "sentence" && isPlain(line.text))) return [];
      const answers = answersBelow(lines, index);
      const topic = topicOf(text, language, words);
      if (topic === null) return [];
      const doing = language === "en" ? doingOf(topic, words) : null;
      if (doing === null && language === "en" && !standsBare(topic)) return [];
      const question = doing ?? form(topic);
      return reads(question.replace(/[«»„“]\u00a0?|\u00a0/g, " ").replace(/\s+/g, " "))
        ? [{ question, kind: doing ? "how" : "topic", page, answers }]
        : [];
    }),
  );
}

/** What stands below it, to the next heading. */
function answersBelow(lines: Line[], index: number): string[] {
  const rest = lines.slice(index + 1, index + 9);
  const end = rest.findIndex(({ kind }) => kind === "heading");
  return rest.slice(0, end < 0 ? undefined : end).map(({ text }) => text);
}

/** A heading as it stands in a sentence. @returns null where it would not read well there. */
function topicOf(heading: string, language: string, words: Lexicon): string | null {
  const bare = heading.replace(/^(?:\d+(?:\.\d+)*\.?|[A-Z]\.|[ivx]+\.)\s+/, "").trim();
  const parts = bare.split(/\s+/);
  const [first = "", ...others] = parts;
  if (usual.test(bare) || parts.length > 6 || bare.length < 6 || /[\d:?!.,;()[\]/“”"…*&]|--/.test(bare)) return null;
  if (parts.length < (language === "de" ? 1 : 2) || first.length < 2) return null;
  if (
    /^(?:how|why|what|when|where|who|is|are|do|does|can|if|wie|warum|was|wenn|comment|pourquoi|cómo|qué|the|this|these)$/i.test(
      first,
    )
  )
    return null;
  if (/\b(?:is|are|was|were|has|have|do|does|can|will|ended|months|quarter|not)\b/i.test(bare)) return null;
  const long = parts.filter((part) => part.length > 3).map((part) => part.toLowerCase());
  if (new Set(long).size < long.length) return null;
  // Spoken of below it too, so that it is a subject and no slogan.
  if (Math.max(...long.map((part) => words.count(part)), 0) < 2) return null;
  if (language !== "en") return /\p{Ll}/u.test(bare) ? bare : null;
  const names = parts.filter((part) => part.length > 3 && words.isName(part)).length;
  // Written as a sentence: only its beginning is to be changed.
  if (
    others.some((part) => part.length > 3) &&
    others.every((part) => part.length <= 3 || /^\p{Ll}/u.test(part) || words.isName(part)) &&
    others.some((part) => /^\p{Ll}{4,}/u.test(part))
  )
    return words.isName(first) || /^\p{Lu}{2}/u.test(first) ? bare : first.toLowerCase() + bare.slice(first.length);
  // Every word with a capital: which of them are names is only known where none is.
  return names === 0 && !parts.some((part) => /^\p{Lu}{2,5}s?$|\p{Ll}\p{Lu}/u.test(part) && /\p{Ll}/u.test(bare))
    ? bare.toLowerCase()
    : null;
}

/** Reads without an article: more than one, something that is done, or what is not counted. */
function standsBare(topic: string): boolean {
  const last = topic.split(" ").at(-1) ?? "";
  return (
    /(?:[^su]s|ing|ion|ment|ity|ness|ance|ence|ism|ship|age|ogy|phy|ure)$/.test(last) ||
    /^(?:risk|tax|revenue|income|staff|research|safety|health|care|work|support|software|equipment|capital|debt|property|data|growth|trade|water|energy|climate|violence|policy|law|war|peace|education|technology|media|life|time|money|food|air|history|privacy|access|use)$/.test(
      last,
    )
  );
}

/** Nouns and names that end as if something was being done. */
const noDoing =
  /^(?:understanding|accounting|operating|financing|recurring|beginning|existing|remaining|outstanding|reporting|marketing|pending|meeting|training|hearing|following|including|regarding|pricing|manufacturing|morning|evening|spring|during|according|concerning|being|having|building|housing|funding|banking|engineering|learning|reading|writing|shopping|king|ring|thing|string|wing|working|leading|growing|driving)$/i;

/** "Cleaning the monitor" tells how to clean it; the verb is one that the document uses. */
function doingOf(topic: string, words: Lexicon): string | null {
  const match = /^(\p{Ll}{2,}?)ing ((?:the|a|an|your|my) .{3,50}|\p{Ll}{3,} \p{Ll}{3,}.*)$/u.exec(topic);
  const [, stem = "", what = ""] = match ?? [];
  if (
    !match ||
    noDoing.test(`${stem}ing`) ||
    /^(?:and|or|of|for|to|in|on|with|by|from)\b| and .*ing\b/.test(what) ||
    words.count("your") + words.count("you") < 5
  )
    return null;
  const verbs = [`${stem}e`, stem, stem.replace(/(\p{L})\1$/u, "$1")].filter(
    (verb) => verb.length > 1 && words.count(verb) > 0,
  );
  const verb = verbs.sort((one, other) => words.count(other) - words.count(one))[0];
  return verb ? `How do I ${verb} ${what.replace(/\byour\b/g, "my")}?` : null;
}
