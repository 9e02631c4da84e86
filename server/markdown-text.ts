// Other people's words inside a Markdown file: whatever reads it, they become no link, no picture and no HTML. Pure.

/** Has no width and no place to break: it parts two characters that only together mean something. */
const joiner = "\u2060";

/** What many readers make links of without being asked: an address with its scheme, a name that begins with www, mail. */
function withoutAddresses(text: string): string {
  return text
    .replace(/\/(?=\/\S)/g, `/${joiner}`)
    .replace(/(?<=www)\.(?=\S)/gi, `${joiner}.`)
    .replace(/(?<=\S)@(?=\S)/g, `${joiner}@${joiner}`);
}

/** @returns one line of plain text that reads as it stands */
export function plainLine(text: string): string {
  return withoutAddresses(text.replace(/\s+/g, " ").trim())
    .replace(/[\\`*_[\]<>~|&^$]/g, "\\$&")
    .replace(/^[-+=#]|^(\d{1,9})(?=[.)])/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
    .replace(/(?<=[\p{L}\p{N}-])\.(?=\p{L}{2})/gu, "\\.");
}

/** @returns plain text of many lines as a quotation: what it holds ends where it ends */
export function plainQuote(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").trim().split("\n");
  const quoted = lines.map((line, index) => {
    const written = plainLine(line);
    if (written === "") return ">";
    const indent = /^[ \t]*/.exec(line)?.[0].replaceAll("\t", "    ").replaceAll(" ", "\u00a0") ?? "";
    // A line of its own stays one.
    const goesOn = (lines[index + 1] ?? "").trim() !== "";
    return `> ${indent}${written}${goesOn ? "\\" : ""}`;
  });
  return quoted.join("\n");
}

/**
 * @returns Markdown with its emphasis, lists, tables and code, and nothing in it that leads elsewhere. By joiners alone:
 * they do the same inside code, so that nobody has to find out where a reader takes code to begin.
 */
export function tameMarkdown(text: string): string {
  const tame = withoutAddresses(text.replace(/\r\n?/g, "\n").trim())
    .replace(/<(?=[a-z/!?])/gi, `<${joiner}`)
    .replace(/\](?=[(:])/g, `]${joiner}`)
    .replace(/\[(?=\^)/g, `[${joiner}`)
    .replace(/(?<=[\p{L}\p{N}-])\.(?=\p{L}{2})/gu, `${joiner}.`);
  const fence = /^([ \t>*+-]*)(`{3,}|~{3,})/gm;
  // Code that is not closed would take in everything behind it.
  const isClosed = (tame.match(fence)?.length ?? 0) % 2 === 0;
  return isClosed ? tame : tame.replace(fence, `$1${joiner}$2`);
}
