// Questions about a document as a whole, for one whose sentences give too little to ask, and what answers them. Pure.
import type { PassageSentence } from "@pagewise/server/model-ports";
import { isUnspaced } from "@pagewise/server/words";

/** The most telling first. */
const questions: Record<string, string[]> = {
  en: ["What is this document about?", "What are the key figures?", "Summarise this document"],
  de: ["Worum geht es in diesem Dokument?", "Was sind die wichtigsten Zahlen?", "Zusammenfassung des Dokuments"],
  fr: ["De quoi parle ce document\u00a0?", "Quels sont les chiffres clés\u00a0?", "Résumé du document"],
  es: ["¿De qué trata este documento?", "¿Cuáles son las cifras principales?", "Resumen del documento"],
};

/** @returns in English where the document's language is not known, or another. */
export const wholeQuestions = (language: string | null): string[] => questions[language ?? "en"] ?? questions.en ?? [];

const asksFigures = /figures|Zahlen|chiffres|cifras/;
const measured = /[%$€£¥]|\b(?:percent|million|billion|thousand|prozent|millionen|mio|mrd|millions?|millones)\b/i;

/** Whether a best sentence says something that can be read alone: a whole sentence, or a row whose columns have names. */
export function answersWhole({ text, row, columns }: PassageSentence, question: string): boolean {
  if (row) return columns !== undefined;
  if (asksFigures.test(question) && !(measured.test(text) && /\d/.test(text))) return false;
  if (!/^["“‘«(]?[\p{Lu}\p{Lo}\p{N}]/u.test(text) || !/[.!?。！？؟।]["”’»)\]]?$/u.test(text)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const isLong = isUnspaced(text) ? letters >= 12 : text.split(/\s+/).length >= 5;
  return isLong && letters / text.replace(/\s/g, "").length > 0.7;
}
