// What every embedder does around its call: a deadline, retries, checks, and vectors of length 1.
import { type Embedder, LanguageModelError } from "../model-ports.ts";
import type { Logger } from "../ports.ts";
import { askedOnce } from "./model-retry.ts";

export type Purpose = Parameters<Embedder["embed"]>[1]["purpose"];

export interface EmbeddingLimits {
  /** For a batch of a document, which nobody waits for. */
  documentMs: number;
  /** For a question, whose reader waits; without its vector words alone are looked for. */
  queryMs: number;
}

export interface EmbeddingCall {
  name: string;
  maxTexts: number;
  limits: Partial<EmbeddingLimits> | undefined;
  log: Logger;
  /** @returns what the server sent, a value a text in their order. Throws `LanguageModelError`. */
  call(texts: string[], purpose: Purpose, signal: AbortSignal): Promise<unknown[]>;
}

/** Longer vectors are cut: the models that make them put what matters first (Matryoshka representation learning). */
const maxDimensions = 1536;

export function createEmbedder({ name, maxTexts, limits, log, call }: EmbeddingCall): Embedder {
  const { documentMs, queryMs } = { documentMs: 60_000, queryMs: 4_000, ...limits };
  return {
    name,
    maxTexts,
    async embed(texts, { purpose, signal }) {
      if (texts.length > maxTexts) throw new RangeError(`${texts.length} texts; one call carries ${maxTexts}`);
      if (texts.length === 0) return [];
      const deadlineMs = purpose === "query" ? queryMs : documentMs;
      const ask = async (bound: AbortSignal) => vectorsOf(await call(texts, purpose, bound), texts.length);
      return askedOnce(ask, { signal, deadlineMs, log, model: name });
    },
  };
}

function vectorsOf(values: unknown[], count: number): Float32Array[] {
  const vectors = values.map(unitVector);
  const [first] = vectors;
  if (vectors.length !== count || vectors.some((vector) => !vector || vector.length !== first?.length)) {
    throw new LanguageModelError("model-rejected", `the embedding model gave no vector for each of ${count} texts`);
  }
  return vectors as Float32Array[];
}

/** @returns null for what is no vector, or has no direction. */
function unitVector(value: unknown): Float32Array | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const vector = Float32Array.from(value.slice(0, maxDimensions));
  let square = 0;
  for (const number of vector) square += number * number;
  const length = Math.sqrt(square);
  if (!(length > 0 && Number.isFinite(length))) return null;
  return vector.map((number) => number / length);
}

/** Words that a model was trained to read before a text, by its model card; without them it finds less. */
const prefixes: [RegExp, Record<Purpose, string>][] = [
  [
    /gemini-embedding-2|embedding-?gemma/i,
    { query: "task: search result | query: ", document: "title: none | text: " },
  ],
  [/nomic-embed-text/i, { query: "search_query: ", document: "search_document: " }],
  [
    /qwen3-embedding|e5-\w+-instruct/i,
    { query: "Instruct: Given a question, retrieve passages that answer it\nQuery: ", document: "" },
  ],
  [/\be5-(small|base|large)/i, { query: "query: ", document: "passage: " }],
  [/arctic-embed.*v?2/i, { query: "query: ", document: "" }],
  [
    /mxbai-embed|arctic-embed|bge-(small|base|large)-en/i,
    { query: "Represent this sentence for searching relevant passages: ", document: "" },
  ],
];

/** @returns what stands before each text, empty for a model that wants nothing. */
export function prefixOf(model: string, purpose: Purpose): string {
  return prefixes.find(([name]) => name.test(model))?.[1][purpose] ?? "";
}
