// What an embedder is given of a document's chunks, and finding the text that it refuses among others.
import { type Embedder, LanguageModelError } from "@pagewise/server/model-ports";

/** UTF-8 bytes of one call: about 12,000 tokens of Latin text, at most 20,000 of any, which every provider takes. */
const maxBytes = 48_000;
/** Dimensions that the table holds. */
const maxDimensions = 1536;
/** Any model takes this: where it does not, no text is to blame. */
const harmless = "What is this document about?";
/** A text that is refused is tried with less of it, down to so many characters: the model may read no more at once. */
const leastCharacters = 300;

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
 * Throws `LanguageModelError` when no text is to blame, another error when one is that may be taken later.
 */
export async function embedTexts(
  embedder: Embedder,
  texts: string[],
  signal: AbortSignal,
): Promise<(Float32Array | null)[]> {
  const purpose = "document";
  try {
    const vectors = await embedder.embed(texts, { purpose, signal });
    check(vectors, texts.length);
    return vectors;
  } catch (error) {
    if (!(error instanceof LanguageModelError) || error.fault === "model-rate-limited" || signal.aborted) throw error;
    await embedder.embed([harmless], { purpose, signal });
    return await embedApart(embedder, texts, error, signal);
  }
}

/** By halves, down to the text that is refused, and to as much of it as is taken. */
async function embedApart(
  embedder: Embedder,
  texts: string[],
  cause: LanguageModelError,
  signal: AbortSignal,
): Promise<(Float32Array | null)[]> {
  const [text = "", ...others] = texts;
  if (others.length > 0) {
    const middle = texts.length >> 1;
    const first = await embedTexts(embedder, texts.slice(0, middle), signal);
    return [...first, ...(await embedTexts(embedder, texts.slice(middle), signal))];
  }
  if (text.length > leastCharacters) return await embedTexts(embedder, [firstHalf(text)], signal);
  if (cause.fault === "model-rejected") return [null];
  throw new Error("the embedder fails at one text and takes another", { cause });
}

/** Without the half of a character. */
function firstHalf(text: string): string {
  return text.slice(0, text.length >> 1).replace(/[\ud800-\udbff]$/, "");
}

function check(vectors: Float32Array[], texts: number): void {
  const wrong = vectors.find(({ length }) => length === 0 || length > maxDimensions);
  if (vectors.length === texts && !wrong) return;
  const gave = wrong ? `vectors of ${wrong.length} numbers` : `${vectors.length} vectors for ${texts} texts`;
  throw new LanguageModelError("model-unavailable", `the embedder gave ${gave}`);
}
