// Tells a title worth showing from what programs leave in a PDF's metadata.
import { sanitiseText } from "./pdf-text.ts";

const programs = /^(microsoft (word|powerpoint|excel|office)|powerpoint presentation|slide 1|print|layout 1)\b/i;
const nothing = /^(untitled|unknown|no title|title|document|dokument|none|null|new document)?\s*[-_]?\s*\d*$/i;
const fileName =
  /\.(pdf|docx?|dotx?|rtf|odt|tex|dvi|ps|eps|indd|qxd|pptx?|xlsx?|html?|txt|pub|pages|key|fm|wpd|p65|pmd)$/i;

/** @returns the title in one line, or null where it says nothing to a reader. */
export function usableTitle(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const title = sanitiseText(value.replace(/[\p{Cf}\s]+/gu, " ")).trim();
  if (title.length < 3 || nothing.test(title) || programs.test(title) || fileName.test(title)) return null;
  if (!/\p{L}{2}/u.test(title) || title.includes("\ufffd")) return null;
  // One long word of parts, such as "fw4_2023_final-v2" or "C:\docs\report", is a file's or a job's name.
  if (!/\s/.test(title) && (/[_\\/]|^\p{Ll}.*-/u.test(title) || /\p{L}.*\d{3}|\d.*\p{L}.*\d/u.test(title))) return null;
  return title.length > 200 ? `${sanitiseText(title.slice(0, 199)).trimEnd()}…` : title;
}
