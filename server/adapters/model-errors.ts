// What the failures of all providers have in common: their words, bounded, and never with a key in them.

const maxLength = 200;

/** The words of a server, for the log: it may repeat much of what it was sent. */
export function bounded(message: unknown): string {
  if (typeof message !== "string") return "";
  const line = message.replace(/\s+/g, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
