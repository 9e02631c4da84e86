// Google's Gemini as a local server: its wire format with each known failure.
import { type ModelReply, type ModelServer, startModelServer, vectorOf, type Wire } from "./model-server.ts";

export type GeminiReply = ModelReply;
export type GeminiServer = ModelServer;

const wire: Wire = {
  routeOf(path) {
    if (path.includes(":streamGenerateContent?alt=sse")) return "stream";
    if (path.includes(":generateContent")) return "completion";
    return path.includes(":batchEmbedContents") ? "embeddings" : "models";
  },
  text: textFrame,
  last: (finishReason) => lastFrame(finishReason || "STOP"),
  completion: (text, finishReason) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: finishReason || "STOP" }],
    usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
  }),
  bytesOf: (frame) => `data: ${JSON.stringify(frame)}\r\n\r\n`,
  end: "",
  embeddings({ requests }) {
    const list = requests as { content: { parts: { text: string }[] }; outputDimensionality?: number }[];
    if (list.length > 100) return { status: 400, body: { error: { code: 400, status: "INVALID_ARGUMENT" } } };
    const embeddings = list.map(({ content, outputDimensionality = 3072 }) => ({
      values: vectorOf(content.parts.map(({ text }) => text).join(" "), outputDimensionality),
    }));
    return { status: 200, body: { embeddings } };
  },
};

export function startGeminiServer(...first: GeminiReply[]): Promise<GeminiServer> {
  return startModelServer(wire, first);
}

/** As captured from gemini-3.1-flash-lite: texts, then an empty one with the reason and the counts. */
export function textFrame(text: string): object {
  return {
    candidates: [{ content: { role: "model", parts: [{ text }] } }],
    usageMetadata: { trafficType: "ON_DEMAND" },
    modelVersion: "gemini-test",
    responseId: "test",
  };
}

export function lastFrame(finishReason: string): object {
  return {
    candidates: [{ content: { role: "model", parts: [{ text: "", thoughtSignature: "AY89a18i" }] }, finishReason }],
    usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
    modelVersion: "gemini-test",
    responseId: "test",
  };
}

export function rateLimited(
  retryDelay: string | null,
  quotaId = "GenerateRequestsPerMinutePerProjectPerModel",
): GeminiReply {
  const details: object[] = [
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId, quotaValue: "10" }] },
  ];
  if (retryDelay) details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
  const error = { code: 429, message: "You exceeded your current quota.", status: "RESOURCE_EXHAUSTED", details };
  return { kind: "failure", status: 429, body: { error } };
}

export function overloaded(): object {
  return { error: { code: 503, message: "The model is overloaded. Please try again later.", status: "UNAVAILABLE" } };
}
