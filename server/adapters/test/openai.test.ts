// What OpenAI-compatible servers do each in their own way: Ollama, vLLM, llama.cpp, LM Studio, and OpenAI itself.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../test/log.ts";
import { createOpenAi } from "../openai.ts";
import { faultOf, question, read } from "./language-model.ts";
import type { ModelReply, ModelServer } from "./model-server.ts";
import { baseUrlOf, chunk, lastChunk, startOpenAiServer, textChunk } from "./openai-server.ts";

const servers: ModelServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function openai(...replies: ModelReply[]) {
  const server = await startOpenAiServer(replies);
  servers.push(server);
  const limits = { firstTokenMs: 60_000, silenceMs: 60_000, retryMs: 5_000, completionMs: 60_000 };
  const model = createOpenAi({ apiKey: null, model: "test", baseUrl: baseUrlOf(server), log: silentLog, limits });
  return { server, model };
}

const done = "data: [DONE]\n\n";
const line = (frame: object) => `data: ${JSON.stringify(frame)}\n\n`;

test("needs no key, and sends none", async () => {
  const { server, model } = await openai();
  await read(model.answer(question()));
  expect(server.requests[0]?.headers.authorization).toBeUndefined();
  expect(server.requests[0]?.body).toMatchObject({ model: "test", stream: true });
});

test.each<[string, string, object]>([
  ["no counts and no mark of the end", line(textChunk("Yes. [1]")) + line(lastChunk("stop")), { reason: "stop" }],
  ["no reason to end", line(textChunk("Yes. [1]")) + done, { reason: "stop" }],
  ["no blank line after the last event", `${line(textChunk("Yes. [1]"))}data: [DONE]`, { reason: "stop" }],
  ["a reason of its own", line(textChunk("Yes. [1]")) + line(lastChunk("eos_token")) + done, { reason: "stop" }],
  ["a bound of tokens", line(textChunk("Yes. [1]")) + line(lastChunk("length")) + done, { reason: "length" }],
  ["a filter", line(textChunk("Yes. [1]")) + line(lastChunk("content_filter")) + done, { reason: "blocked" }],
  [
    "comments, names of events and null fields",
    `: processing\r\n\r\nevent: message\r\n${line(chunk({ choices: [{ delta: { role: "assistant", content: null } }], usage: null }))}${line(textChunk("Yes. [1]"))}${line(lastChunk("stop"))}${done}`,
    { reason: "stop" },
  ],
  [
    "thoughts in a field of their own",
    line(chunk({ choices: [{ delta: { reasoning_content: "secret", reasoning: "secret" } }] })) +
      line(textChunk("Yes. [1]")) +
      line(lastChunk("stop")),
    { reason: "stop" },
  ],
  [
    "parts instead of a text",
    line(chunk({ choices: [{ delta: { content: [{ type: "text", text: "Yes. [1]" }] } }] })) + line(lastChunk("stop")),
    { reason: "stop" },
  ],
])("understands a stream with %s", async (_name, raw, finish) => {
  const { model } = await openai({ kind: "garbage", texts: [], raw });
  expect(await read(model.answer(question()))).toMatchObject({ text: "Yes. [1]", finish });
});

test.each([
  [["<think>Is [2] it? <thi", "nk></thi", "nk>", "\n\nYes. [1]"]],
  [[" <th", "ink>", "x".repeat(100), "</think>Yes", ". [1]"]],
])("leaves out thoughts that come as text: %j", async (texts) => {
  const { model } = await openai({ kind: "answer", texts });
  expect((await read(model.answer(question()))).text.trim()).toBe("Yes. [1]");
  const asked = { system: "s", prompt: "p", maxTokens: 10, signal: new AbortController().signal };
  expect(await model.complete?.(asked)).toBe("Yes. [1]");
});

test.each([[["<thin", "g> is a tag"]], [["<th"]], [["1 <think> 2"]]])(
  "keeps text that is no thought: %j",
  async (texts) => {
    const { model } = await openai({ kind: "answer", texts });
    expect((await read(model.answer(question()))).text).toBe(texts.join(""));
  },
);

test("understands a server that does not stream", async () => {
  const { model } = await openai({
    kind: "failure",
    status: 200,
    body: { choices: [{ message: { content: "Yes. [1]" }, finish_reason: "stop" }], usage: { prompt_tokens: 3 } },
  });
  expect(await read(model.answer(question()))).toMatchObject({
    text: "Yes. [1]",
    finish: { reason: "stop", usage: { promptTokens: 3, completionTokens: 0 } },
  });
});

test.each<[string, object, string]>([
  [
    "a filter before the first word",
    { error: { code: "content_filter", message: "filtered", status: 400 } },
    "blocked",
  ],
  [
    "Azure's words for it",
    { error: { code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } } },
    "blocked",
  ],
])("%s is an end, no failure", async (_name, body, reason) => {
  const { model } = await openai({ kind: "failure", status: 400, body });
  expect(await read(model.answer(question()))).toMatchObject({ text: "", finish: { reason } });
});

test.each<[string, ModelReply, string, RegExp]>([
  [
    "llama.cpp's line of an error",
    { kind: "garbage", texts: ["Half"], raw: 'error: {"code":500,"message":"slot died"}\n\n' },
    "model-unavailable",
    /slot died/,
  ],
  [
    "an error that is a sentence",
    { kind: "frames", frames: [textChunk("Half"), { error: "out of memory" }] },
    "model-unavailable",
    /out of memory/,
  ],
  [
    "FastAPI's failure",
    { kind: "failure", status: 422, body: { detail: [{ msg: "field required" }] } },
    "model-rejected",
    /field required/,
  ],
  [
    "Google's list",
    { kind: "failure", status: 400, body: [{ error: { message: "no such key" } }] as object },
    "model-rejected",
    /no such key/,
  ],
  [
    "an address that moved",
    { kind: "failure", status: 301, body: "", headers: { Location: "/" } },
    "model-rejected",
    /301/,
  ],
  [
    "llama.cpp's failure of a long text",
    { kind: "failure", status: 500, body: { error: { code: 500, message: "input is too large to process" } } },
    "model-rejected",
    /too large/,
  ],
  ["a call of a tool", { kind: "answer", texts: ["x"], finishReason: "tool_calls" }, "model-rejected", /tool_calls/],
  ["JSON that is no frame", { kind: "garbage", texts: ["Half"], raw: "data: 7\n\n" }, "model-interrupted", /no frame/],
])("%s fails with a fault of its own", async (_name, reply, fault, words) => {
  const { model } = await openai(reply);
  expect(await faultOf(() => read(model.answer(question())))).toMatchObject({
    fault,
    message: expect.stringMatching(words),
  });
});

test("waits as long as a date in Retry-After says, or tells of it", async () => {
  const date = new Date(Date.now() + 90_000).toUTCString();
  const { server, model } = await openai({ kind: "failure", status: 503, body: {}, headers: { "Retry-After": date } });
  const { retryAfterMs } = await faultOf(() => read(model.answer(question())));
  expect(retryAfterMs).toBeGreaterThan(60_000);
  expect(retryAfterMs).toBeLessThanOrEqual(90_000);
  expect(server.requests).toHaveLength(1);
});

test("goes without a parameter that the server refuses, and does not send it again", async () => {
  const refuse = (name: string): ModelReply => ({
    kind: "failure",
    status: 400,
    body: { error: { message: `Unsupported parameter: '${name}' is not supported with this model.`, param: name } },
  });
  const { server, model } = await openai(refuse("max_tokens"), refuse("temperature"), refuse("stream_options"), {
    kind: "answer",
    texts: ["Yes. [1]"],
  });
  expect((await read(model.answer(question()))).text).toBe("Yes. [1]");
  expect((await read(model.answer(question()))).text).toBe("Yes. [1]");
  expect(server.requests).toHaveLength(5);
  const { model: _model, messages: _messages, ...sent } = server.requests[4]?.body ?? {};
  expect(sent).toEqual({ stream: true, max_completion_tokens: 8192 });
});

test("words that come at once are one part, and a fault behind them takes none away", async () => {
  const words = ["Yes", ", it", " is. [1]"].map((text) => line(textChunk(text))).join("");
  const { model } = await openai(
    { kind: "garbage", texts: [], raw: words + line(lastChunk("stop")) + done },
    { kind: "garbage", texts: [], raw: `${words}data: {"choices"\n\n` },
  );
  const texts: string[] = [];
  const collect = async () => {
    for await (const part of model.answer(question())) if (part.type === "text") texts.push(part.text);
  };
  await collect();
  expect((await faultOf(collect)).fault).toBe("model-interrupted");
  expect(texts).toEqual(["Yes, it is. [1]", "Yes, it is. [1]"]);
});

test("a kept connection that the server closes as it is used again is no failure", async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    const again = seen.includes(request.socket);
    seen.push(request.socket);
    if (again) request.socket.destroy();
    else response.writeHead(200, { "Content-Type": "text/event-stream" }).end(line(textChunk("Yes. [1]")) + done);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const limits = { firstTokenMs: 60_000, silenceMs: 60_000, retryMs: 0 };
  const model = createOpenAi({
    apiKey: null,
    model: "m",
    baseUrl: `http://127.0.0.1:${port}/v1`,
    log: silentLog,
    limits,
  });
  for (let n = 0; n < 2; n++) expect((await read(model.answer(question()))).text).toBe("Yes. [1]");
  expect(seen).toHaveLength(3);
  expect(new Set(seen).size).toBe(2);
  server.close();
  server.closeAllConnections();
});

test("a reader that stops holds the server back, and what never ends an event is left", async () => {
  const { server, model } = await openai({ kind: "flood", text: "x".repeat(50_000) });
  const iterator = model.answer(question())[Symbol.asyncIterator]();
  let length = 0;
  for (let n = 0; n < 20; n++) {
    const { value } = await iterator.next();
    length += value?.type === "text" ? value.text.length : 0;
  }
  expect(length).toBeGreaterThanOrEqual(1_000_000);
  expect(server.open()).toBe(1);
  await iterator.return?.();
  await expect.poll(() => server.open()).toBe(0);

  server.reply({ kind: "flood", text: "x".repeat(500_000), frames: false });
  expect((await faultOf(() => read(model.answer(question())))).message).toContain("no end");
  const asked = { system: "s", prompt: "p", maxTokens: 10, signal: new AbortController().signal };
  expect((await faultOf(() => model.complete?.(asked))).fault).toBe("model-interrupted");
  await expect.poll(() => server.open()).toBe(0);
});
