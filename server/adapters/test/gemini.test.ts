// What only Gemini does: its frames, its reasons to end, and what its library makes of them.
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../test/log.ts";
import { createGemini } from "../gemini.ts";
import {
  type GeminiReply,
  type GeminiServer,
  lastFrame,
  overloaded,
  startGeminiServer,
  textFrame,
} from "./gemini-server.ts";
import { faultOf, question, read } from "./language-model.ts";

const servers: GeminiServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function gemini(...replies: GeminiReply[]) {
  const server = await startGeminiServer(...replies);
  servers.push(server);
  const limits = { firstTokenMs: 60_000, silenceMs: 60_000, retryMs: 5_000 };
  const model = createGemini({ apiKey: "key", model: "gemini-test", baseUrl: server.baseUrl, log: silentLog, limits });
  return { server, model };
}

test("asks the model by its name, with room for its thoughts", async () => {
  const { server, model } = await gemini();
  await read(model.answer(question()));
  expect(server.requests[0]?.path).toBe("/v1beta/models/gemini-test:streamGenerateContent?alt=sse");
  expect(server.requests[0]?.body).toMatchObject({ generationConfig: { maxOutputTokens: 8192 } });
});

test("joins the parts of a frame and leaves out thoughts", async () => {
  const parts = [{ text: "secret", thought: true }, { text: "Grü" }, { text: "ße 😀" }];
  const { model } = await gemini({
    kind: "frames",
    frames: [{ candidates: [{ content: { role: "model", parts } }] }, lastFrame("STOP")],
  });
  expect((await read(model.answer(question()))).text).toBe("Grüße 😀");
});

test.each([
  ["SAFETY", "blocked"],
  ["PROHIBITED_CONTENT", "blocked"],
  ["RECITATION", "blocked"],
  ["BLOCKLIST", "blocked"],
  ["SPII", "blocked"],
  ["MAX_TOKENS", "length"],
])("finish reason %s ends as %s and keeps the text", async (finishReason, reason) => {
  const { model } = await gemini({ kind: "answer", texts: ["Half"], finishReason });
  expect(await read(model.answer(question()))).toMatchObject({ text: "Half", finish: { reason } });
});

test("a candidate without parts and a blocked prompt are understood", async () => {
  const { model, server } = await gemini({
    kind: "frames",
    frames: [{ candidates: [{ content: { role: "model" }, finishReason: "MAX_TOKENS" }] }],
  });
  expect(await read(model.answer(question()))).toMatchObject({ text: "", finish: { reason: "length" } });
  server.reply({ kind: "frames", frames: [{ promptFeedback: { blockReason: "SAFETY" } }] });
  expect(await read(model.answer(question()))).toMatchObject({ text: "", finish: { reason: "blocked" } });
});

test.each<[string, GeminiReply, string]>([
  [
    "a raw error between frames",
    { kind: "garbage", texts: ["Half"], raw: '{"error":{"code":500}}' },
    "model-interrupted",
  ],
  ["an unknown finish reason", { kind: "answer", texts: ["x"], finishReason: "OTHER" }, "model-rejected"],
  [
    "a broken call of a function",
    { kind: "answer", texts: [], finishReason: "MALFORMED_FUNCTION_CALL" },
    "model-rejected",
  ],
])("%s fails with a fault of its own", async (_name, reply, fault) => {
  const { model } = await gemini(reply);
  expect((await faultOf(() => read(model.answer(question())))).fault).toBe(fault);
});

test("an error in the first frame is asked again, for it comes with a good status", async () => {
  const { server, model } = await gemini(
    { kind: "frames", frames: [overloaded()] },
    { kind: "answer", texts: ["Yes."] },
  );
  expect((await read(model.answer(question()))).text).toBe("Yes.");
  expect(server.requests).toHaveLength(2);
});

test("words that come while nobody reads are one part, and a fault behind them takes none away", async () => {
  const frames = Array.from({ length: 40 }, (_, index) => textFrame(`${index} `));
  const { model } = await gemini({ kind: "frames", frames: [...frames, overloaded()] });
  const texts: string[] = [];
  const collect = async () => {
    for await (const part of model.answer(question())) if (part.type === "text") texts.push(part.text);
  };
  expect((await faultOf(collect)).fault).toBe("model-unavailable");
  expect(texts.join("")).toBe(frames.map((_, index) => `${index} `).join(""));
  expect(texts.length).toBeLessThan(20);
});

test("a flood ahead of a slow reader is cut instead of kept", async () => {
  const { server, model } = await gemini({ kind: "flood", text: "x".repeat(50_000) });
  const iterator = model.answer(question())[Symbol.asyncIterator]();
  await iterator.next();
  await expect.poll(() => server.open(), { timeout: 15_000 }).toBe(0);
  const reading = async () => {
    while (!(await iterator.next()).done) {
      // what was kept is read first
    }
  };
  await expect(reading()).rejects.toMatchObject({ fault: "model-interrupted" });
});

test("a stream that breaks while nobody reads ends no process", async () => {
  const { server, model } = await gemini({ kind: "reset", texts: ["Half"] });
  const iterator = model.answer(question())[Symbol.asyncIterator]();
  await iterator.next();
  await expect.poll(() => server.open()).toBe(0);
  await expect(iterator.next()).rejects.toMatchObject({ fault: "model-interrupted" });
});
