// One streaming request to Gemini: what waits to be read is bounded, and the upstream closes with the signal.
import type { EnhancedGenerateContentResponse, GenerateContentRequest, GenerativeModel } from "@google/generative-ai";
import { LanguageModelError } from "../model-ports.ts";
import { fromThrown, type GeminiErrorBody } from "./gemini-errors.ts";
import { boundTo } from "./model-retry.ts";

/** What comes on the wire, also what the library's types do not know. */
export type Frame = EnhancedGenerateContentResponse & { error?: GeminiErrorBody };

/** What may wait for a slow reader: the library pulls whatever comes, so a flood is cut rather than kept. */
const maxWaiting = { frames: 5_000, characters: 1_000_000 };

/** All that have come at once. The upstream is closed when the signal aborts, when the frames are left, and when too many wait. */
export async function* framesOf(
  model: GenerativeModel,
  body: GenerateContentRequest,
  signal: AbortSignal,
): AsyncGenerator<Frame[]> {
  // The library does not look at a signal that was aborted before the call.
  if (signal.aborted) return;
  // Of its own: leaving the library's loop does not close the upstream, and its listener is never taken away.
  const call = boundTo(signal);
  const waiting = createQueue();
  let started = false;
  const upstream: { ended: boolean; failure?: unknown } = { ended: false };
  let wake = () => {};

  const pump = async (): Promise<void> => {
    const { stream, response } = await model.generateContentStream(body, { signal: call.signal });
    // It rejects with the stream; unheard, that would end the process.
    response.catch(() => {});
    for await (const frame of stream as AsyncIterable<Frame>) {
      started = true;
      waiting.push(frame);
      wake();
    }
  };
  const ended = (failure?: unknown) => {
    Object.assign(upstream, { ended: true, failure });
    // Also while nobody reads.
    call.abort();
    wake();
  };
  pump().then(() => ended(), ended);
  try {
    while (!signal.aborted) {
      const frames = waiting.take();
      if (frames.length > 0) {
        yield frames;
      } else if (upstream.ended) {
        if (upstream.failure) throw fromThrown(upstream.failure, { apiKey: model.apiKey, started });
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    call.abort();
    call.release();
  }
}

function createQueue() {
  let frames: Frame[] = [];
  let characters = 0;
  return {
    push(frame: Frame) {
      frames.push(frame);
      characters += lengthOf(frame);
      if (frames.length > maxWaiting.frames || characters > maxWaiting.characters) {
        throw new LanguageModelError("model-interrupted", "the answer came faster than it could be passed on");
      }
    },
    take(): Frame[] {
      const taken = frames;
      frames = [];
      characters = 0;
      return taken;
    },
  };
}

function lengthOf(frame: Frame): number {
  const parts = frame.candidates?.[0]?.content?.parts ?? [];
  return parts.reduce((sum, part) => sum + (part.text?.length ?? 0), 0);
}
