// Answers by Google's Gemini, through its library, with its silences and surprises turned into faults of the port.
import {
  type Content,
  type GenerateContentRequest,
  type GenerativeModel,
  GoogleGenerativeAI,
} from "@google/generative-ai";
import { type LanguageModel, LanguageModelError, type LanguageModelPart } from "../model-ports.ts";
import type { Logger } from "../ports.ts";
import { type Frame, framesOf } from "./gemini-call.ts";
import { fromErrorBody, fromThrown, type GeminiErrorBody } from "./gemini-errors.ts";
import { askedOnce } from "./model-retry.ts";
import { type StreamLimits, settling, streamed } from "./model-stream.ts";
import { instructions, refusalMarker, type Turn, turnsOf } from "./prompt.ts";
import { createRefusalReader } from "./refusal.ts";

export interface GeminiOptions {
  apiKey: string;
  model: string;
  /** null: Google's own. */
  baseUrl: string | null;
  log: Logger;
  limits?: Partial<StreamLimits & { completionMs: number }>;
}

/** Thoughts are counted by Gemini as tokens of the answer, and this many must not leave it empty. */
const thoughtTokens = 4096;
const answerTokens = 4096;
type Finish = Extract<LanguageModelPart, { type: "finish" }>;

const blockedReasons = new Set(["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY"]);

export function createGemini({ apiKey, model: name, baseUrl, log, limits }: GeminiOptions): LanguageModel {
  const { completionMs, ...streamLimits } = {
    firstTokenMs: 60_000,
    silenceMs: 30_000,
    retryMs: 20_000,
    completionMs: 5_000,
    ...limits,
  };
  const gemini = geminiModel({ apiKey, model: name, baseUrl });

  return {
    name,
    answer(request) {
      const body = bodyOf(instructions, turnsOf(request), answerTokens);
      const attempt = (signal: AbortSignal) => partsOf(framesOf(gemini, body, signal), apiKey);
      return streamed(attempt, { signal: request.signal, limits: streamLimits, log, model: name });
    },
    probe: (signal) => probe({ apiKey, model: name, baseUrl }, signal),
    complete({ system, prompt, maxTokens, signal }) {
      const body = bodyOf(system, [{ role: "user", text: prompt }], maxTokens);
      return askedOnce((bound) => completion(gemini, body, bound), {
        signal,
        deadlineMs: completionMs,
        log,
        model: name,
      });
    },
  };
}

type Access = Pick<GeminiOptions, "apiKey" | "model" | "baseUrl">;

export function geminiModel(options: Access): GenerativeModel {
  return new GoogleGenerativeAI(options.apiKey).getGenerativeModel(
    { model: options.model },
    options.baseUrl ? { baseUrl: options.baseUrl.replace(/\/+$/, "") } : {},
  );
}

/** The library cannot ask this: whether the key is good and the model's name is still one. */
async function probe({ apiKey, model, baseUrl }: Access, signal: AbortSignal): Promise<void> {
  const base = (baseUrl ?? "https://generativelanguage.googleapis.com").replace(/\/+$/, "");
  const response = await fetch(`${base}/v1beta/${model.includes("/") ? model : `models/${model}`}`, {
    headers: { "x-goog-api-key": apiKey },
    redirect: "manual",
    signal,
  }).catch(() => {
    throw new LanguageModelError("model-unavailable", "Gemini could not be reached");
  });
  const body = (await response.json().catch(() => ({}))) as { error?: GeminiErrorBody };
  if (!response.ok) throw fromErrorBody({ ...body.error, code: response.status }, apiKey);
}

function bodyOf(system: string, turns: Turn[], maxTokens: number): GenerateContentRequest {
  return {
    systemInstruction: { role: "system", parts: [{ text: system }] },
    contents: turns.map(contentOf),
    generationConfig: { temperature: 0.1, maxOutputTokens: maxTokens + thoughtTokens },
  };
}

function contentOf({ role, text }: Turn): Content {
  return { role: role === "user" ? "user" : "model", parts: [{ text }] };
}

/** Words that came at once are one text. */
async function* partsOf(frames: AsyncIterable<Frame[]>, apiKey: string): AsyncGenerator<LanguageModelPart> {
  const reader = createRefusalReader(refusalMarker);
  let reason: string | undefined;
  let blocked = false;
  let usage = { promptTokens: 0, completionTokens: 0 };
  for await (const some of settling(frames, () => reason !== undefined)) {
    const failed = some.findIndex(({ error }) => error);
    // What stood before a failure is good.
    const good = failed < 0 ? some : some.slice(0, failed);
    for (const frame of good) {
      reason = frame.candidates?.[0]?.finishReason ?? reason;
      blocked ||= Boolean(frame.promptFeedback?.blockReason);
      if (frame.usageMetadata) usage = usageOf(frame.usageMetadata);
    }
    const text = reader.push(good.map(textOf).join(""));
    if (text) yield { type: "text", text };
    const error = some[failed]?.error;
    if (error) throw fromErrorBody(error, apiKey);
  }
  const rest = reader.end();
  if (rest) yield { type: "text", text: rest };
  yield { type: "finish", reason: finishOf(reason, blocked, reader.refused()), confidence: null, usage };
}

async function completion(model: GenerativeModel, body: GenerateContentRequest, signal: AbortSignal): Promise<string> {
  const { response } = await model.generateContent(body, { signal }).catch((error) => {
    throw fromThrown(error, model);
  });
  const blocked = Boolean(response.promptFeedback?.blockReason);
  const reason = finishOf(response.candidates?.[0]?.finishReason, blocked, false);
  const text = textOf(response).trim();
  if (reason === "blocked" || !text) throw new LanguageModelError("model-rejected", `Gemini gave no text (${reason})`);
  return text;
}

/** Thoughts come as parts too; they are no answer. */
function textOf(frame: Frame): string {
  const parts: { text?: string; thought?: boolean }[] = frame.candidates?.[0]?.content?.parts ?? [];
  return parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join("");
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
