// Text that PostgreSQL and every reader take: no half of a surrogate pair left by a cut, nothing that turns the rest around.

/** They turn the direction of what follows, also beyond a text's own end: a name looks like another. */
const turns = /[\u202a-\u202e\u2066-\u2069]/g;

/** Halves of surrogate pairs become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Marks of direction are taken out; letters go in the direction of their script, as everywhere. */
export function withoutTurns(text: string): string {
  return text.replace(turns, "");
}
