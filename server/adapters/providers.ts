// The language models and embedders of the providers, as the settings choose them.
import type { ModelChoice, ModelSettings } from "../model-settings.ts";
import type { Embedder, LanguageModel, Logger } from "../ports.ts";
import { createExtractive } from "./extractive.ts";
import { createGemini } from "./gemini.ts";
import { createGeminiEmbedder } from "./gemini-embedder.ts";
import { createOpenAi } from "./openai.ts";
import { createOpenAiEmbedder } from "./openai-embedder.ts";

export function openLanguageModel({ answers, access }: ModelSettings, log: Logger): LanguageModel {
  if (answers?.provider === "gemini" && access.gemini) {
    return createGemini({ ...access.gemini, model: answers.model, log });
  }
  if (answers?.provider === "openai" && access.openai) {
    return createOpenAi({ ...access.openai, model: answers.model, log });
  }
  return createExtractive();
}

/** @returns null where none is chosen, or its provider is not set. */
export function openEmbedder(choice: ModelChoice | null, { access }: ModelSettings, log: Logger): Embedder | null {
  if (choice?.provider === "gemini" && access.gemini) {
    return createGeminiEmbedder({ ...access.gemini, model: choice.model, log });
  }
  if (choice?.provider === "openai" && access.openai) {
    return createOpenAiEmbedder({ ...access.openai, model: choice.model, log });
  }
  return null;
}

/** By the name that its vectors bear: the embedder of an earlier setting, as long as its provider is still set. */
export function openEmbedderNamed(name: string, settings: ModelSettings, log: Logger): Embedder | null {
  const [, provider, model] = /^(gemini|openai):(.+)$/s.exec(name) ?? [];
  if (!model || !provider) return null;
  return openEmbedder({ provider: provider as ModelChoice["provider"], model }, settings, log);
}
