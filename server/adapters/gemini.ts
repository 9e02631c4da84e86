// Answers by Google's Gemini, through its library, with its silences and surprises turned into faults of the port.
import { type Content, type GenerateContentRequest, GoogleGenerativeAI } from "@google/generative-ai";
import { type LanguageModel, LanguageModelError, type LanguageModelPart, type Logger } from "../ports.ts";
import { createCall, type Frame } from "./gemini-call.ts";
import { fromErrorBody, fromThrown } from "./gemini-errors.ts";
import { instructions, refusalMarker, type Turn, turnsOf } from "./prompt.ts";
import { createRefusalReader } from "./refusal.ts";

export interface GeminiOptions {
  apiKey: string;
  model: string;
  /** null: Google's own. */
  baseUrl: string | null;
  log: Logger;
  firstByteMs?: number;
  idleMs?: number;
  /** Longest wait before the one more try; a longer one is told to the reader instead. */
  maxRetryDelayMs?: number;
}

const maxOutputTokens = 4096;
type Finish = Extract<LanguageModelPart, { type: "finish" }>;

const blockedReasons = new Set(["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY"]);

export function createGemini(options: GeminiOptions): LanguageModel {
  const { firstByteMs = 30_000, idleMs = 30_000, maxRetryDelayMs = 8_000 } = options;
  const model = new GoogleGenerativeAI(options.apiKey).getGenerativeModel(
    { model: options.model, systemInstruction: instructions },
    options.baseUrl ? { baseUrl: options.baseUrl.replace(/\/+$/, "") } : {},
  );

  return {
    name: options.model,
    async *answer(request) {
      const body: GenerateContentRequest = {
        contents: turnsOf(request).map(contentOf),
        generationConfig: { temperature: 0.1, maxOutputTokens },
      };
      for (let attempt = 1; ; attempt++) {
        const call = createCall(model, body, { signal: request.signal, firstByteMs, idleMs });
        try {
          yield* partsOf(call.frames());
          return;
        } catch (error) {
          if (request.signal.aborted) return;
          const fault = fromThrown(error, call.started());
          const delayMs = retryDelayOf(fault, maxRetryDelayMs);
          if (attempt > 1 || call.started() || delayMs === null) throw fault;
          options.log.warn({ fault: fault.fault, delayMs }, "Gemini is asked once more");
          await sleep(delayMs, request.signal);
          if (request.signal.aborted) return;
        }
      }
    },
  };
}

function contentOf({ role, text }: Turn): Content {
  return { role: role === "user" ? "user" : "model", parts: [{ text }] };
}

/** @returns how long to wait before trying again, null where that would not help. */
function retryDelayOf({ fault, retryAfterMs }: LanguageModelError, maxDelayMs: number): number | null {
  if (fault !== "model-rate-limited" && fault !== "model-unavailable") return null;
  if (fault === "model-rate-limited" && retryAfterMs === null) return null;
  const delayMs = retryAfterMs ?? 500;
  return delayMs <= maxDelayMs ? delayMs : null;
}

async function* partsOf(frames: AsyncIterable<Frame>): AsyncGenerator<LanguageModelPart> {
  const reader = createRefusalReader(refusalMarker);
  let reason: string | undefined;
  let blocked = false;
  let usage = { promptTokens: 0, completionTokens: 0 };
  for await (const frame of frames) {
    if (frame.error) throw fromErrorBody(frame.error);
    const candidate = frame.candidates?.[0];
    const text = reader.push((candidate?.content?.parts ?? []).map(partText).join(""));
    if (text) yield { type: "text", text };
    reason = candidate?.finishReason ?? reason;
    blocked ||= Boolean(frame.promptFeedback?.blockReason);
    if (frame.usageMetadata) usage = usageOf(frame.usageMetadata);
  }
  const rest = reader.end();
  if (rest) yield { type: "text", text: rest };
  yield { type: "finish", reason: finishOf(reason, blocked, reader.refused()), confidence: null, usage };
}

/** Thoughts come as parts too; they are no answer. */
function partText(part: { text?: string; thought?: boolean }): string {
  return part.thought ? "" : (part.text ?? "");
}

function usageOf(usage: { promptTokenCount?: number; candidatesTokenCount?: number; thoughtsTokenCount?: number }) {
  return {
    promptTokens: usage.promptTokenCount ?? 0,
    completionTokens: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
  };
}

function finishOf(reason: string | undefined, blocked: boolean, refused: boolean): Finish["reason"] {
  if (blocked || blockedReasons.has(reason ?? "")) return "blocked";
  if (reason === undefined) throw new LanguageModelError("model-interrupted", "the stream ended without a reason");
  if (reason === "MAX_TOKENS") return "length";
  if (reason !== "STOP") throw new LanguageModelError("model-rejected", `Gemini ended with ${reason}`);
  return refused ? "refused" : "stop";
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
