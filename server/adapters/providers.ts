// The language models and embedders of the providers, as the settings choose them.

import type { Embedder, LanguageModel } from "../model-ports.ts";
import type { ModelChoice, ModelSettings } from "../model-settings.ts";
import type { Logger } from "../ports.ts";
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
  return createExtractive({ log });
}

/** @returns null where none is chosen. */
export function openEmbedder({ embeddings, access }: ModelSettings, log: Logger): Embedder | null {
  return embeddings && embedderOf(embeddings, access, log);
}

/** By the name that its vectors bear: the embedder of an earlier setting, as long as its provider is still set. */
export function openEmbedderNamed(name: string, { access }: ModelSettings, log: Logger): Embedder | null {
  const [, provider, model] = /^(gemini|openai):(.+)$/s.exec(name) ?? [];
  return model ? embedderOf({ provider: provider as ModelChoice["provider"], model }, access, log) : null;
}

function embedderOf({ provider, model }: ModelChoice, access: ModelSettings["access"], log: Logger): Embedder | null {
  if (provider === "gemini") return access.gemini && createGeminiEmbedder({ ...access.gemini, model, log });
  return access.openai && createOpenAiEmbedder({ ...access.openai, model, log });
}
