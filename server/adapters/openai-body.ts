// The body of a response as text, as fast as it is read and no more of it than is asked for.
import type { Readable } from "node:stream";

/**
 * Everything that has come since it was last asked for is one text. Throws what the connection threw. Leaving it early
 * closes the connection.
 */
export async function* textsOf(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes as Uint8Array, { stream: true });
}

/** @returns what came of the body, and whether that was all of it. */
export async function readBody(
  body: Readable,
  maxLength: number,
): Promise<{ text: string; end: "whole" | "broken" | "too-long" }> {
  let text = "";
  try {
    for await (const piece of textsOf(body)) {
      text += piece;
      if (text.length > maxLength) return { text, end: "too-long" };
    }
    return { text, end: "whole" };
  } catch {
    return { text, end: "broken" };
  }
}
