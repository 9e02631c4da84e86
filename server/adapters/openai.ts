// Answers by any server that speaks OpenAI's chat completions: OpenAI, Ollama, vLLM, llama.cpp, LM Studio and others.
import { type LanguageModel, LanguageModelError, type LanguageModelPart } from "../model-ports.ts";
import type { Logger } from "../ports.ts";
import { askedOnce } from "./model-retry.ts";
import { type StreamLimits, settling, streamed } from "./model-stream.ts";
import { deltaOf, type Frame, framesOf, json, type OpenAiServer, request } from "./openai-call.ts";
import { ContentFilteredError } from "./openai-errors.ts";
import { createParameters } from "./openai-parameters.ts";
import { instructions, refusalMarker, type Turn, turnsOf } from "./prompt.ts";
import { createRefusalReader } from "./refusal.ts";
import { createThoughtReader, withoutThoughts } from "./thoughts.ts";

export interface OpenAiOptions extends OpenAiServer {
  model: string;
  log: Logger;
  limits?: Partial<StreamLimits & { completionMs: number }>;
}

const answerTokens = 4096;
/** A model that thinks counts its thoughts too. */
const thoughtTokens = 4096;
type Finish = Extract<LanguageModelPart, { type: "finish" }>;

export function createOpenAi({ model: name, log, limits, ...server }: OpenAiOptions): LanguageModel {
  const { completionMs, ...streamLimits } = {
    // A model on somebody's own machine is loaded first, and reads slowly.
    firstTokenMs: 180_000,
    silenceMs: 60_000,
    retryMs: 20_000,
    completionMs: 5_000,
    ...limits,
  };
  const parameters = createParameters();

  const send = (turns: (Turn | SystemTurn)[], maxTokens: number, stream: boolean, signal: AbortSignal) => {
    const messages = turns.map(({ role, text }) => ({ role, content: text }));
    const fixed = { model: name, messages, stream };
    return parameters.fitting({ fixed, maxTokens: maxTokens + thoughtTokens }, (body) =>
      request(server, { path: "/chat/completions", body, signal }),
    );
  };

  async function* attempt(turns: (Turn | SystemTurn)[], signal: AbortSignal): AsyncGenerator<LanguageModelPart> {
    try {
      const response = await send(turns, answerTokens, true, signal);
      yield* partsOf(framesOf(response, server.apiKey));
    } catch (error) {
      if (!(error instanceof ContentFilteredError)) throw error;
      yield { type: "finish", reason: "blocked", confidence: null, usage: { promptTokens: 0, completionTokens: 0 } };
    }
  }

  return {
    name,
    answer(asked) {
      const turns = [{ role: "system" as const, text: instructions }, ...turnsOf(asked)];
      const options = { signal: asked.signal, limits: streamLimits, log, model: name };
      return streamed((signal) => attempt(turns, signal), options);
    },
    complete({ system, prompt, maxTokens, signal }) {
      const turns = [
        { role: "system" as const, text: system },
        { role: "user" as const, text: prompt },
      ];
      const call = async (bound: AbortSignal) => completion(await json(await send(turns, maxTokens, false, bound)));
      return askedOnce(call, { signal, deadlineMs: completionMs, log, model: name });
    },
    async probe(signal) {
      // Some servers list no models: that this one answers at all is what can be known.
      const response = await request(server, { path: "/models", mayBeMissing: true, signal });
      response.destroy();
    },
  };
}

interface SystemTurn {
  role: "system";
  text: string;
}

/** Words that came at once are one text. */
async function* partsOf(frames: AsyncIterable<(Frame | "done")[]>): AsyncGenerator<LanguageModelPart> {
  const thoughts = createThoughtReader();
  const reader = createRefusalReader(refusalMarker);
  let reason: string | null = null;
  let done = false;
  let blocked = false;
  let usage = { promptTokens: 0, completionTokens: 0 };
  for await (const some of settling(frames, () => done || reason !== null)) {
    let text = "";
    for (const frame of some) {
      if (frame === "done") {
        done = true;
        continue;
      }
      const delta = deltaOf(frame);
      text += delta.text;
      reason = delta.reason ?? reason;
      blocked ||= delta.refused;
      if (frame.usage) usage = usageOf(frame.usage);
    }
    const answer = reader.push(thoughts.push(text));
    if (answer) yield { type: "text", text: answer };
  }
  const rest = reader.push(thoughts.end()) + reader.end();
  if (rest) yield { type: "text", text: rest };
  if (!done && reason === null) throw new LanguageModelError("model-interrupted", "the stream ended without an end");
  yield { type: "finish", reason: finishOf(reason, blocked, reader.refused()), confidence: null, usage };
}

function completion(value: unknown): string {
  const { text: said, refused, reason } = deltaOf(value as Frame);
  const text = withoutThoughts(said).trim();
  if (refused || !text) {
    throw new LanguageModelError("model-rejected", `the language model gave no text (${reason ?? "no reason"})`);
  }
  return text;
}

function usageOf(usage: NonNullable<Frame["usage"]>): Finish["usage"] {
  return { promptTokens: usage.prompt_tokens ?? 0, completionTokens: usage.completion_tokens ?? 0 };
}

/** Servers have names of their own for an ordinary end, and some none. */
function finishOf(reason: string | null, blocked: boolean, refused: boolean): Finish["reason"] {
  if (blocked || reason === "content_filter") return "blocked";
  if (reason === "length" || reason === "max_tokens") return "length";
  if (reason === "tool_calls" || reason === "function_call" || reason === "error") {
    throw new LanguageModelError("model-rejected", `the language model ended with ${reason}`);
  }
  return refused ? "refused" : "stop";
}
