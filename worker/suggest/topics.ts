// Questions about what stands below a heading: for documents whose sentences give little else to ask.
import { type Candidate, isPlain, type Lexicon, reads } from "./sentence.ts";

interface Line {
  kind: "sentence" | "row" | "heading";
  text: string;
  page: number;
}

/** Headings of every document's: they say nothing of what this one is about. */
const usual =
  /^(?:(?:table of )?contents|index|introduction|overview|summary|(?:executive |management )?summary|abstract|conclusions?|(?:general )?discussion|results?|methods?|methodology|references|bibliography|works cited|acknowledge?ments?|appendix.*|annex.*|figures?|tables?|notes?|footnotes|general|background|preface|foreword|about.*|contact.*|copyright.*|legal.*|disclaimer.*|glossary|exhibits?.*|signatures?|part [ivx\d]+.*|item \d+.*|chapter \d+.*|section \d+.*|page.*|related work|future work|limitations|experiments?|evaluation|data|analysis|history|etymology|see also|further reading|external links|other|misc.*|unaudited.*|inhalt.*|einleitung|zusammenfassung|literatur.*|anhang.*|abbildungen|tabellen|vorwort|fazit|ergebnisse|methoden?|diskussion|impressum|danksagung|index|übersicht|sommaire|introduction|résumé|conclusion|annexes?.*|bibliographie|remerciements|avant-propos|préface|résultats|índice|introducción|resumen|conclusi(?:ón|ones)|anexos?.*|bibliografía|agradecimientos|prólogo|resultados|metodología)$/i;

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
      const topic = topicOf(text, language, words);
      if (topic === null) return [];
      const question = form(topic);
      return reads(question.replace(/[«»„“]\u00a0?|\u00a0/g, " ").replace(/\s+/g, " "))
        ? [{ question, kind: "topic", page, text: below[0]?.text ?? "" }]
        : [];
    }),
  );
}

/** A heading as it stands in a sentence. @returns null where it would not read well there. */
function topicOf(heading: string, language: string, words: Lexicon): string | null {
  const bare = heading.replace(/^(?:\d+(?:\.\d+)*\.?|[A-Z]\.|[ivx]+\.)\s+/, "").trim();
  const parts = bare.split(/\s+/);
  if (usual.test(bare) || parts.length > 6 || bare.length < 6 || /[\d:?!.,;()[\]/“”"…*]|--/.test(bare)) return null;
  if (parts.length < (language === "de" ? 1 : 2)) return null;
  // A name alone would want an article, and may be a person's.
  if (parts.every((part) => words.isName(part) || !/\p{Ll}/u.test(part) || part.length < 3) && language !== "de")
    return null;
  if (
    /^(?:how|why|what|when|where|who|is|are|do|does|can|if|wie|warum|was|wenn|comment|pourquoi|cómo|qué|the|this|these)$/i.test(
      parts[0] ?? "",
    )
  )
    return null;
  // Spoken of below it too, so that it is a subject and no slogan.
  if (Math.max(...parts.filter((part) => part.length > 3).map((part) => words.count(part)), 0) < 2) return null;
  return language === "en" ? words.within(bare) : bare;
}
