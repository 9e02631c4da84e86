// Text that PostgreSQL and every reader take: no half of a surrogate pair left by a cut.

/** Halves of surrogate pairs become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
