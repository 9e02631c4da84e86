// A server that speaks OpenAI's chat completions and embeddings, as Ollama, vLLM, llama.cpp and LM Studio do, each a little differently.
import { type ModelReply, type ModelServer, startModelServer, vectorOf, type Wire } from "./model-server.ts";

export interface OpenAiDialect {
  /** Numbers of a vector. */
  dimensions?: number;
  /** Texts that one request may carry. */
  maxTexts?: number;
}

export function startOpenAiServer(first: ModelReply[] = [], dialect: OpenAiDialect = {}): Promise<ModelServer> {
  return startModelServer(wireOf(dialect), first);
}

/** The address as a setting: these servers have their version in it. */
export function baseUrlOf(server: ModelServer): string {
  return `${server.baseUrl}/v1`;
}

function wireOf({ dimensions = 256, maxTexts = 2048 }: OpenAiDialect): Wire {
  return {
    routeOf(path, { stream }) {
      if (path === "/v1/chat/completions") return stream ? "stream" : "completion";
      return path === "/v1/embeddings" ? "embeddings" : "models";
    },
    text: textChunk,
    last: (finishReason) => lastChunk(finishReason || "stop"),
    completion: (content, finishReason) => ({
      id: "chatcmpl-1",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finishReason || "stop" }],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    }),
    bytesOf: (frame) => `data: ${JSON.stringify(frame)}\n\n`,
    end: `data: ${JSON.stringify(usageChunk())}\n\ndata: [DONE]\n\n`,
    embeddings({ input, encoding_format }) {
      const texts = input as string[];
      if (texts.length > maxTexts) return { status: 400, body: { error: { message: "too many inputs", code: null } } };
      if (encoding_format !== "float")
        return { status: 400, body: { error: { message: "only float is spoken here" } } };
      const data = texts.map((text, index) => ({ object: "embedding", index, embedding: vectorOf(text, dimensions) }));
      // Each names its place, and the order is nowhere promised.
      return { status: 200, body: { object: "list", data: data.reverse(), usage: { prompt_tokens: 1 } } };
    },
  };
}

export function textChunk(content: string): object {
  return chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
}

export function lastChunk(finish_reason: string): object {
  return chunk({ choices: [{ index: 0, delta: {}, finish_reason }] });
}

function usageChunk(): object {
  return chunk({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } });
}

export function chunk(fields: object): object {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "test", ...fields };
}
