// Embedders against local servers that speak each provider's wire format: vectors, bounds, and every failure.
import { afterEach, describe, expect, test } from "vitest";
import type { Embedder } from "../../model-ports.ts";
import { silentLog } from "../../test/log.ts";
import type { EmbeddingLimits } from "../embedding.ts";
import { createGeminiEmbedder } from "../gemini-embedder.ts";
import { createOpenAiEmbedder } from "../openai-embedder.ts";
import { rateLimited, startGeminiServer } from "./gemini-server.ts";
import { faultOf } from "./language-model.ts";
import type { ModelReply, ModelServer } from "./model-server.ts";
import { baseUrlOf, startOpenAiServer } from "./openai-server.ts";

const key = "key-that-nobody-may-read";
const servers: ModelServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Options {
  model?: string;
  limits?: Partial<EmbeddingLimits>;
  dimensions?: number;
}

interface Provider {
  name: string;
  start(options?: Options): Promise<{ server: ModelServer; embedder: Embedder }>;
  tooMany: ModelReply;
  vectors(...values: unknown[]): ModelReply;
}

const gemini: Provider = {
  name: "Gemini",
  async start({ model = "gemini-embedding-001", limits } = {}) {
    const server = await startGeminiServer();
    servers.push(server);
    const options = { apiKey: key, model, baseUrl: server.baseUrl, log: silentLog };
    return { server, embedder: createGeminiEmbedder({ ...options, ...(limits && { limits }) }) };
  },
  tooMany: rateLimited("0.05s"),
  vectors: (...values) => ({ kind: "failure", status: 200, body: { embeddings: values.map((v) => ({ values: v })) } }),
};

const openai: Provider = {
  name: "an OpenAI-compatible server",
  async start({ model = "text-embedding-3-small", limits, dimensions } = {}) {
    const server = await startOpenAiServer([], dimensions ? { dimensions } : {});
    servers.push(server);
    const options = { apiKey: key, model, baseUrl: baseUrlOf(server), log: silentLog };
    return { server, embedder: createOpenAiEmbedder({ ...options, ...(limits && { limits }) }) };
  },
  tooMany: { kind: "failure", status: 429, body: {}, headers: { "retry-after-ms": "50" } },
  vectors: (...values) => ({
    kind: "failure",
    status: 200,
    body: { data: values.map((embedding, index) => ({ index, embedding })) },
  }),
};

const document = () => ({ purpose: "document" as const, signal: new AbortController().signal });
const query = () => ({ purpose: "query" as const, signal: new AbortController().signal });

describe.each([gemini, openai])("$name", (provider) => {
  test("gives a vector of length 1 for each text, in their order", async () => {
    const { server, embedder } = await provider.start();
    const vectors = await embedder.embed(["the pump is blue", "annual report", "the blue pump"], document());
    expect(vectors).toHaveLength(3);
    const [first, other, alike] = vectors as [Float32Array, Float32Array, Float32Array];
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
    expect(dot(first, alike)).toBeGreaterThan(dot(first, other));
    expect(server.requests).toHaveLength(1);
    expect(await embedder.embed([], document())).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("asks again inside its deadline, and says when to come back", async () => {
    const { server, embedder } = await provider.start();
    server.replyToTexts(provider.tooMany, provider.vectors([3, 4]));
    const [vector] = await embedder.embed(["a"], document());
    expect(Array.from(vector ?? [])).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
    const late =
      provider === gemini
        ? rateLimited("90s")
        : ({ kind: "failure", status: 429, body: {}, headers: { "Retry-After": "90" } } as const);
    server.replyToTexts(late);
    expect(await faultOf(() => embedder.embed(["a"], document()))).toMatchObject({
      fault: "model-rate-limited",
      retryAfterMs: 90_000,
    });
  });

  test.each<[string, unknown[]]>([
    ["fewer vectors than texts", [[1, 2]]],
    ["vectors of different lengths", [[1, 2], [1]]],
    ["no numbers", [[1, 2], "zwei"]],
    [
      "a number that is none",
      [
        [1, 2],
        [1, "x"],
      ],
    ],
    [
      "a vector without a direction",
      [
        [1, 2],
        [0, 0],
      ],
    ],
    ["an empty vector", [[], []]],
  ])("takes no %s", async (_name, values) => {
    const { server, embedder } = await provider.start();
    server.replyToTexts(provider.vectors(...values));
    expect((await faultOf(() => embedder.embed(["a", "b"], document()))).fault).toBe("model-rejected");
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, ModelReply, string]>([
    ["a bad key", { kind: "failure", status: 401, body: { error: { message: `bad ${key}` } } }, "model-rejected"],
    ["silence", { kind: "silence", texts: [], headers: false }, "model-timeout"],
    ["silence after the headers", { kind: "silence", texts: [] }, "model-timeout"],
    ["an overloaded server", { kind: "failure", status: 503, body: "" }, "model-unavailable"],
    ["something else", { kind: "failure", status: 200, body: { hello: "world" } }, "model-rejected"],
    ["a connection reset", { kind: "reset", texts: [] }, "model-interrupted"],
    ["half an answer", { kind: "failure", status: 200, body: '{"data":[{"emb' }, "model-interrupted"],
  ])("%s fails in time, and leaves no connection", async (_name, reply, fault) => {
    const { server, embedder } = await provider.start({ limits: { queryMs: 400 } });
    server.replyToTexts(reply);
    const error = await faultOf(() => embedder.embed(["a"], query()));
    expect(error.fault).toBe(fault);
    expect(error.message).not.toContain(key);
    await expect.poll(() => server.open()).toBe(0);
  });

  test("an abort rejects with its reason and closes the upstream", async () => {
    const { server, embedder } = await provider.start();
    server.replyToTexts({ kind: "silence", texts: [] });
    const abort = new AbortController();
    const work = embedder.embed(["a"], { purpose: "document", signal: abort.signal });
    await expect.poll(() => server.open()).toBe(1);
    abort.abort(new Error("enough"));
    await expect(work).rejects.toThrow("enough");
    await expect.poll(() => server.aborted()).toBe(1);
  });

  test("more texts than one call carries are nobody's request", async () => {
    const { server, embedder } = await provider.start();
    const texts = Array<string>(embedder.maxTexts).fill("a");
    expect(await embedder.embed(texts, document())).toHaveLength(texts.length);
    await expect(embedder.embed([...texts, "b"], document())).rejects.toThrow(RangeError);
    expect(server.requests).toHaveLength(1);
  });
});

test("Gemini is told what a text is for: by a task type, or by a prefix where a model knows none", async () => {
  const { server, embedder } = await gemini.start();
  expect(embedder.name).toBe("gemini:gemini-embedding-001");
  const [vector] = await embedder.embed(["a"], query());
  expect(vector).toHaveLength(768);
  await embedder.embed(["b"], document());
  const sent = server.requests.flatMap(({ body }) => body.requests as Record<string, unknown>[]);
  expect(server.requests[0]).toMatchObject({
    path: "/v1beta/models/gemini-embedding-001:batchEmbedContents",
    headers: { "x-goog-api-key": key },
  });
  expect(sent).toEqual([
    expect.objectContaining({ taskType: "RETRIEVAL_QUERY", outputDimensionality: 768 }),
    expect.objectContaining({ taskType: "RETRIEVAL_DOCUMENT", content: { role: "user", parts: [{ text: "b" }] } }),
  ]);

  const newer = await gemini.start({ model: "gemini-embedding-2" });
  await newer.embedder.embed(["a"], query());
  await newer.embedder.embed(["b"], document());
  const texts = newer.server.requests.flatMap(({ body }) => body.requests as Record<string, unknown>[]);
  expect(texts).toEqual([
    expect.objectContaining({ content: { role: "user", parts: [{ text: "task: search result | query: a" }] } }),
    expect.objectContaining({ content: { role: "user", parts: [{ text: "title: none | text: b" }] } }),
  ]);
  for (const text of texts) expect(text).not.toHaveProperty("taskType");
});

test("an OpenAI-compatible server is sent numbers' form, prefixes of known models, and its long vectors are cut", async () => {
  const { server, embedder } = await openai.start({ model: "nomic-embed-text:latest", dimensions: 3072 });
  expect(embedder.name).toBe("openai:nomic-embed-text:latest");
  const [vector] = await embedder.embed(["the annual report of the pump"], query());
  expect(vector).toHaveLength(1536);
  expect(dot(vector as Float32Array, vector as Float32Array)).toBeCloseTo(1, 5);
  await embedder.embed(["the pump is blue"], document());
  expect(server.requests.map(({ body }) => body)).toEqual([
    {
      model: "nomic-embed-text:latest",
      input: ["search_query: the annual report of the pump"],
      encoding_format: "float",
    },
    { model: "nomic-embed-text:latest", input: ["search_document: the pump is blue"], encoding_format: "float" },
  ]);
});

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, number, at) => sum + number * (other[at] ?? 0), 0);
}
