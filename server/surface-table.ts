// What is made of each word of a text, made once: words are looked up where they stand, without being cut out.

const firstSlots = 64;
const firstLetters = 512;

/**
 * A hash table over letters. A `Map` wants each word as a string of its own, hashed and compared as such, which is most
 * of the time that a text takes to be read.
 * @returns what `made` made of the word between two places; ASCII letters and figures only.
 */
export function createSurfaceTable<T>(made: (surface: string) => T): (text: string, start: number, end: number) => T {
  /** Entries by hash, 0 where there is none; where two meet, the second takes the next slot. */
  let slots = new Int32Array(firstSlots);
  let letters = new Uint8Array(firstLetters);
  const hashes: number[] = [0];
  /** Where the letters of each entry begin; those of the next begin where they end. */
  const begins: number[] = [0, 0];
  const values: (T | undefined)[] = [undefined];

  const holds = (entry: number, text: string, start: number, end: number) => {
    const begin = begins[entry] ?? 0;
    if ((begins[entry + 1] ?? 0) - begin !== end - start) return false;
    for (let at = start; at < end; at++) if (letters[begin + at - start] !== text.charCodeAt(at)) return false;
    return true;
  };
  const freeSlot = (hash: number) => {
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const add = (hash: number, text: string, start: number, end: number): T => {
    const value = made(text.slice(start, end));
    const begin = begins.at(-1) ?? 0;
    const length = end - start;
    if (begin + length > letters.length) {
      const smaller = letters;
      letters = new Uint8Array(2 * (begin + length));
      letters.set(smaller);
    }
    for (let at = 0; at < length; at++) letters[begin + at] = text.charCodeAt(start + at);
    if (2 * hashes.length > slots.length) {
      slots = new Int32Array(2 * slots.length);
      for (let entry = 1; entry < hashes.length; entry++) slots[freeSlot(hashes[entry] ?? 0)] = entry;
    }
    slots[freeSlot(hash)] = values.push(value) - 1;
    hashes.push(hash);
    begins.push(begin + length);
    return value;
  };
  return (text, start, end) => {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
    for (let slot = hash & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const entry = slots[slot] ?? 0;
      if (entry === 0) return add(hash, text, start, end);
      if (hashes[entry] === hash && holds(entry, text, start, end)) return values[entry] as T;
    }
  };
}
