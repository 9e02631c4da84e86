// What an embedder is given of a document's chunks, and finding the text that it refuses among others.
import { type Embedder, LanguageModelError } from "@pagewise/server/ports";

/** UTF-8 bytes of one call: about 12,000 tokens of Latin text, at most 20,000 of any, which every provider takes. */
const maxBytes = 48_000;
/** Dimensions that the table holds. */
const maxDimensions = 1536;
/** Any model takes this: one that does not refuses more than a text. */
const harmless = "What is this document about?";

/** A chunk is embedded with the heading that it stands under: it often names what the chunk speaks of. */
export function textOf({ heading, content }: { heading: string | null; content: string }): string {
  return heading && !content.startsWith(heading) ? `${heading}\n${content}` : content;
}

/** @returns as many of the first chunks as one call may carry by their length, at least one. */
export function firstCall<T extends { heading: string | null; content: string }>(chunks: T[]): T[] {
  let bytes = 0;
  const over = chunks.findIndex((chunk, index) => {
    bytes += Buffer.byteLength(textOf(chunk));
    return index > 0 && bytes > maxBytes;
  });
  return over < 0 ? chunks : chunks.slice(0, over);
}

/**
 * @returns a vector a text; null for one that the model refuses while it takes others.
 * Throws `LanguageModelError` when it is not the text's fault.
 */
export async function embedTexts(
  embedder: Embedder,
  texts: string[],
  signal: AbortSignal,
): Promise<(Float32Array | null)[]> {
  const purpose = "document";
  let vectors: Float32Array[];
  try {
    vectors = await embedder.embed(texts, { purpose, signal });
  } catch (error) {
    if (!(error instanceof LanguageModelError && error.fault === "model-rejected") || signal.aborted) throw error;
    await embedder.embed([harmless], { purpose, signal });
    return await embedApart(embedder, texts, signal);
  }
  check(vectors, texts.length);
  return vectors;
}

/** By halves, down to the texts that are refused. */
async function embedApart(embedder: Embedder, texts: string[], signal: AbortSignal): Promise<(Float32Array | null)[]> {
  if (texts.length === 1) return [null];
  const middle = texts.length >> 1;
  const halves: (Float32Array | null)[] = [];
  for (const half of [texts.slice(0, middle), texts.slice(middle)]) {
    halves.push(...(await embedTexts(embedder, half, signal)));
  }
  return halves;
}

function check(vectors: Float32Array[], texts: number): void {
  const wrong = vectors.find(({ length }) => length === 0 || length > maxDimensions);
  if (vectors.length === texts && !wrong) return;
  const gave = wrong ? `vectors of ${wrong.length} numbers` : `${vectors.length} vectors for ${texts} texts`;
  throw new LanguageModelError("model-unavailable", `the embedder gave ${gave}`);
}
