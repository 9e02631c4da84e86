// The body of a response as text, as fast as it is read and no more of it than is asked for.

/** Throws what the connection threw. Leaving it early closes the connection. */
export async function* textsOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) yield decoder.decode(bytes as Uint8Array, { stream: true });
}

/** @returns what came of the body, and whether that was all of it. */
export async function readBody(
  response: Response,
  maxLength: number,
): Promise<{ text: string; end: "whole" | "broken" | "too-long" }> {
  let text = "";
  try {
    for await (const piece of textsOf(response)) {
      text += piece;
      if (text.length > maxLength) return { text, end: "too-long" };
    }
    return { text, end: "whole" };
  } catch {
    return { text, end: "broken" };
  }
}
