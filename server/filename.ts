// The name a file came with, made fit to be shown; it is never part of a path of ours.

const maxBytes = 255;
/** Control characters, and marks that turn the direction of writing: they make a name look like another. */
const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** @returns a non-empty name of at most 255 bytes, without folders, in composed Unicode. */
export function cleanFilename(sent: string | null): string {
  // By way of bytes: half a character becomes a replacement character.
  const name = Buffer.from(sent ?? "", "utf8")
    .toString("utf8")
    .normalize("NFC")
    .replace(unseen, " ")
    .replace(/\s+/g, " ")
    .replace(/^.*[\\/]/, "")
    .trim();
  return shorten(/^\.*$/.test(name) ? "document.pdf" : name);
}

/** Cuts before the ending, between characters as people see them. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const ending = /\.[\w-]{1,8}$/.exec(name)?.[0] ?? "";
  let room = maxBytes - Buffer.byteLength(ending);
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(name.slice(0, name.length - ending.length))) {
    room -= Buffer.byteLength(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept.trimEnd() + ending;
}
