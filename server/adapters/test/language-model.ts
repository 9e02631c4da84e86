// For tests of language models: a question with a passage, what came of it, and what each provider's server is told.
import { expect } from "vitest";
import { LanguageModelError, type LanguageModelPart, type LanguageModelRequest } from "../../model-ports.ts";

export const passage = {
  documentTitle: "Manual",
  page: 3,
  text: "The pump is blue.",
  heading: null,
  score: 0.9,
  sentences: [{ text: "The pump is blue.", row: false, score: 0.9 }],
};

export function question(changes: Partial<LanguageModelRequest> = {}): LanguageModelRequest {
  return {
    question: "What colour?",
    history: [],
    passages: [passage],
    signal: new AbortController().signal,
    ...changes,
  };
}

export async function read(parts: AsyncIterable<LanguageModelPart>) {
  let text = "";
  let finish: LanguageModelPart | undefined;
  for await (const part of parts) {
    if (part.type === "text") text += part.text;
    else finish = part;
  }
  return { text, finish };
}

export async function faultOf(ask: () => Promise<unknown> | undefined): Promise<LanguageModelError> {
  let error: unknown = null;
  try {
    await ask();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(LanguageModelError);
  return error as LanguageModelError;
}
