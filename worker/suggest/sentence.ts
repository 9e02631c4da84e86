// What question forms are made of: sentences with their place, and what the document tells about how its words are written.

export interface Sentence {
  /** In one line. */
  text: string;
  page: number;
}

/** A question with the sentence that answers it. */
export interface Candidate {
  question: string;
  page: number;
  /** Sentences of that page, each of which answers it. */
  answers: string[];
  /** Of a table's row: its cells, whichever page they stand on. */
  row?: string[];
  kind:
    | "how"
    | "definition"
    | "event"
    | "cause"
    | "figure"
    | "row"
    | "entry"
    | "share"
    | "name"
    | "purpose"
    | "place"
    | "fact"
    | "topic";
}

/** Questions that a sentence of one language answers. */
export type Form = (sentence: string, words: Lexicon) => Pick<Candidate, "question" | "kind"> | null;

export interface Lexicon {
  /** How often a word stands in the document, in whatever case. */
  count(word: string): number;
  /** Whether it is written with a capital within sentences too. */
  isName(word: string): boolean;
  /** A text that opened a sentence, or was set in capitals, as it would stand within a sentence. */
  within(text: string): string;
}

const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’&-]*/gu;

export function lexiconOf(sentences: string[]): Lexicon {
  const counts = new Map<string, number>();
  const lower = new Map<string, number>();
  const capital = new Map<string, number>();
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const sentence of sentences) {
    for (const match of sentence.matchAll(word)) {
      const key = match[0].toLowerCase();
      add(counts, key);
      if (/^\p{Ll}/u.test(match[0])) add(lower, key);
      // Capitals tell nothing at a sentence's beginning, after a colon or in a line of capitals.
      else if (/[\p{Ll},]["'”’)]* $/u.test(sentence.slice(0, match.index)) && /\p{Ll}|^\p{Lu}{2,5}$/u.test(match[0]))
        add(capital, key);
    }
  }
  const isName = (text: string) => {
    const key = text.toLowerCase();
    return (capital.get(key) ?? 0) > (lower.get(key) ?? 0);
  };
  const lowered = (text: string) => {
    if (isName(text)) return /^\p{Lu}{6,}$/u.test(text) ? text.charAt(0) + text.slice(1).toLowerCase() : text;
    return /^\p{Lu}{2,5}s?$|\p{Ll}\p{Lu}|-\p{Lu}{2}|\p{N}/u.test(text) && !lower.has(text.toLowerCase())
      ? text
      : text.toLowerCase();
  };
  return {
    count: (text) => counts.get(text.toLowerCase()) ?? 0,
    isName,
    within: (text) => text.replace(word, (each) => lowered(each)),
  };
}

/** Whole sentences of plain prose: what stands in them can be asked for. */
export function isPlain(text: string): boolean {
  if (!/^[\p{Lu}\p{N}]/u.test(text) || !/[.!]["'”’)]?$/.test(text) || text.length > 420) return false;
  if (/https?:|www\.|@|\.{3}|…|[•▪●◦|={}<>\\^~_∈∀∃∑∫≤≥⊂∪∩→⇒]|\t/.test(text)) return false;
  const solid = text.replace(/\s/g, "");
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  return letters / solid.length > 0.7 && capitals / letters < 0.35 && text.split(/\s+/).length >= 5;
}

/** Whether a question reads as a person would write it; better none than one that does not. */
export function reads(question: string): boolean {
  const words = question.match(word) ?? [];
  if (question.length < 14 || question.length > 96 || words.length < 3 || words.length > 15) return false;
  if (/[^\p{L}\p{M}\p{N}\s'’“”„«»"?¿$€£%&.,/-]|\s{2}|[.,] *[?]|-\s|\s-|\.\.|\s\./u.test(question)) return false;
  if (words.some((each, index) => each.toLowerCase() === words[index + 1]?.toLowerCase())) return false;
  if (/\p{Lu}{7,}/u.test(question)) return false;
  return !/(?:^|\s)(?:of|in|to|for|the|a|an|and|or|by|with|at|on|from|as|that|which|its|der|die|das|und|von|zu|im|de|la|le|les|du|des|et|el|los|y|en|que)\s*\?$/iu.test(
    question,
  );
}

/** "Federal Aviation Administration (FAA)": the letters are the words' first. */
export function abbreviationIn(sentence: string): string | null {
  for (const match of sentence.matchAll(/((?:[\p{L}-]+ ){1,8}[\p{L}-]+)\s*\((\p{Lu}{2,6})\)/gu)) {
    const [, before = "", short = ""] = match;
    const initials = before
      .split(/[ -]/)
      .filter((each) => !/^(?:of|the|and|for|in|on|der|die|das|und|für|de|du|des|la|le|et|y|los|las|del)$/i.test(each))
      .map((each) => each.charAt(0).toUpperCase())
      .join("");
    if (short.length >= 3 && initials.endsWith(short)) return short;
  }
  return null;
}
