// An embedder that needs no network: words and their pieces hashed into a vector, words of one meaning to one place.
import type { Embedder } from "../model-ports.ts";

export interface TestEmbedderOptions {
  name?: string;
  dimensions?: number;
  maxTexts?: number;
  /** Words of one meaning, each list separated by spaces. */
  meanings?: string[];
  /** Runs before each call is answered: may wait, and may throw. */
  before?: (texts: string[], purpose: "document" | "query", signal: AbortSignal) => Promise<void> | void;
}

export interface TestEmbedder extends Embedder {
  /** The texts of every call that was answered. */
  calls: string[][];
}

export function createTestEmbedder(options: TestEmbedderOptions = {}): TestEmbedder {
  const { name = "test:one", dimensions = 256, maxTexts = 16, meanings = [], before } = options;
  const meaningOf = new Map(meanings.flatMap((words) => words.split(" ").map((word) => [word, words] as const)));
  const calls: string[][] = [];
  return {
    name,
    maxTexts,
    calls,
    async embed(texts, { purpose, signal }) {
      if (texts.length > maxTexts) throw new Error(`${texts.length} texts in one call`);
      await before?.(texts, purpose, signal);
      signal.throwIfAborted();
      calls.push(texts);
      return texts.map((text) => vectorOf(text, dimensions, meaningOf));
    },
  };
}

const stopWords = new Set("the a an of in on at to for is was were are by who what when where which and or".split(" "));

export function vectorOf(text: string, dimensions: number, meaningOf = new Map<string, string>()): Float32Array {
  const vector = new Float32Array(dimensions);
  const add = (feature: string, by: number) => {
    const place = hash(feature);
    vector[place % dimensions] = (vector[place % dimensions] ?? 0) + (place & 65536 ? by : -by);
  };
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    if (stopWords.has(word)) continue;
    const meaning = meaningOf.get(word);
    add(meaning ?? word, 1);
    for (let at = 0; !meaning && at + 3 <= word.length; at++) add(word.slice(at, at + 3), 0.2);
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((number) => number / length);
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
