// Embeddings by any server that speaks OpenAI's: OpenAI, Ollama, vLLM, llama.cpp, LM Studio and others.
import { type Embedder, LanguageModelError } from "../model-ports.ts";
import { createEmbedder, type EmbeddingLimits, prefixOf } from "./embedding.ts";
import type { OpenAiOptions } from "./openai.ts";
import { json, request } from "./openai-call.ts";

/** A machine without a graphics card embeds this many in some ten seconds. */
const maxTexts = 32;

interface Body {
  data?: { index?: number; embedding?: unknown }[];
}

export function createOpenAiEmbedder({
  model,
  log,
  limits,
  ...server
}: Omit<OpenAiOptions, "limits"> & { limits?: Partial<EmbeddingLimits> }): Embedder {
  return createEmbedder({
    name: `openai:${model}`,
    maxTexts,
    limits,
    log,
    async call(texts, purpose, signal) {
      const prefix = prefixOf(model, purpose);
      const input = texts.map((text) => prefix + text);
      // Numbers as numbers: not every server knows OpenAI's other form. Nor do they all know `dimensions`: we cut.
      const body = { model, input, encoding_format: "float" };
      const { data } = (await json(await request(server, { path: "/embeddings", body, signal }))) as Body;
      if (!Array.isArray(data)) throw new LanguageModelError("model-rejected", "the answer holds no embeddings");
      const placed = data.map(({ index, embedding }, at) => ({ at: index ?? at, embedding }));
      return placed.sort((one, other) => one.at - other.at).map(({ embedding }) => embedding);
    },
  });
}
