// Which words of the texts a word may stand for that none of them holds: misspelled, or of the same family. Pure.

/** Shorter words have too many neighbours, but for those with the same letters in another order. */
const shortest = 6;
const shortestOrder = 5;
const longerWord = 8;
/** Letters that words of one family share at their beginning, at least. */
const shortestRoot = 6;

/** Whether a word is such that others may be near to it. */
export function hasNear(word: string): boolean {
  return word.length >= shortestOrder && /^\p{L}+$/u.test(word);
}

/**
 * The words nearest to `word`, folded like it: the misspelled ones (one letter wrong, or two in a long word, or two
 * changed for each other), else those that share its root.
 */
export function nearWords(word: string, vocabulary: Iterable<string>): string[] {
  if (!hasNear(word)) return [];
  const most = word.length >= longerWord ? 2 : word.length >= shortest ? 1 : 0;
  const misspelled = new Map<string, number>();
  const related: string[] = [];
  const letters = lettersOf(word);
  const root = word.slice(0, Math.max(shortestRoot, Math.ceil(word.length * 0.7)));
  for (const other of vocabulary) {
    if (other[0] === word[0] && Math.abs(other.length - word.length) <= most) {
      // The letters of a name are known better than their order.
      const isReordered = other.length === word.length && letters === lettersOf(other);
      const distance = isReordered ? 1 : distanceWithin(word, other, most);
      if (isReordered || distance <= most) misspelled.set(other, distance);
    }
    if (word.length >= root.length && other.startsWith(root) && other.length <= word.length + 4) related.push(other);
  }
  const least = Math.min(...misspelled.values());
  return [...new Set([...related, ...[...misspelled].flatMap(([other, d]) => (d === least ? [other] : []))])];
}

const lettersOf = (word: string) => [...word].sort().join("");

/** Letters to change, add, leave out or exchange with their neighbour (Damerau 1964); more than `most` is not counted out. */
export function distanceWithin(one: string, two: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= two.length; j++) {
      const same = one[i - 1] === two[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + Number(!same));
      if (i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[two.length] ?? most + 1;
}

/** Letters by which the words nearest to a word may begin: as it does, with one letter too many, or two exchanged. */
export function nearBeginnings(word: string): string[] {
  if (!hasNear(word)) return [];
  const head = [...word.slice(0, 5)];
  const without = head.map((_, index) => head.toSpliced(index, 1).join(""));
  const exchanged = [1, 2].map((index) =>
    head
      .toSpliced(index, 2, head[index + 1] ?? "", head[index] ?? "")
      .slice(0, 4)
      .join(""),
  );
  return [...new Set([...without, ...exchanged])].filter((beginning) => beginning[0] === word[0]);
}
