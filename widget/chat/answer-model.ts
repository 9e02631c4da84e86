// One answer while it comes: its events become signals, with at most one change of the text for each frame.
import type { ChatEvent, Citation, DoneData, FinishReason, Id, Message, Rating } from "@pagewise/sdk/contract";
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Fault, faultOfProblem } from "./chat-problems.ts";

/** `queued`: waits for the network. `streaming`: asked, and not at its end. */
type AnswerPhase = "queued" | "streaming" | "complete" | "stopped" | "failed";

export interface AnswerModel {
  id: Signal<Id | null>;
  phase: Signal<AnswerPhase>;
  text: ReadonlySignal<string>;
  /** The candidates, best first. */
  citations: Signal<readonly Citation[]>;
  /** Those that the text uses, in the order in which readers meet them. */
  used: ReadonlySignal<readonly Citation[]>;
  finish: Signal<FinishReason | null>;
  /** UTF-16 ranges of the text that no citation supports. */
  unsupported: Signal<readonly (readonly [number, number])[]>;
  fault: Signal<Fault | null>;
  rating: Signal<Rating | null>;
  /** Stop was pressed and the end has not come yet. */
  stopping: Signal<boolean>;
  /** Its connection was lost and is being made again. */
  reconnecting: Signal<boolean>;
  apply(event: ChatEvent): void;
  fail(fault: Fault): void;
  end(phase: "stopped"): void;
}

/** Calls back before the next frame; where frames stand still (a hidden page) soon all the same. */
export type Schedule = (callback: () => void) => void;

export function createAnswer(schedule: Schedule): AnswerModel {
  const id = signal<Id | null>(null);
  const phase = signal<AnswerPhase>("streaming");
  const text = signal("");
  const citations = signal<readonly Citation[]>([]);
  const cited = signal<readonly number[]>([]);
  const finish = signal<FinishReason | null>(null);
  const unsupported = signal<readonly (readonly [number, number])[]>([]);
  const fault = signal<Fault | null>(null);
  const rating = signal<Rating | null>(null);
  const stopping = signal(false);
  const reconnecting = signal(false);
  let pending = "";
  let scheduled = false;

  const used = computed(() => usedCitations(citations.value, cited.value));
  const flush = () => {
    scheduled = false;
    if (pending === "") return;
    text.value += pending;
    pending = "";
  };
  const close = (to: AnswerPhase) => {
    phase.value = to;
    stopping.value = false;
    reconnecting.value = false;
  };

  return {
    id,
    phase,
    text,
    citations,
    used,
    finish,
    unsupported,
    fault,
    rating,
    stopping,
    reconnecting,
    apply: (event) =>
      batch(() => {
        switch (event.event) {
          case "start":
            id.value = event.data.message_id;
            break;
          case "citations":
            citations.value = event.data.citations;
            break;
          case "delta":
            pending += event.data.text;
            if (!scheduled) schedule(flush);
            scheduled = true;
            break;
          case "done":
            flush();
            cited.value = event.data.cited;
            unsupported.value = weighed(text.value, event.data);
            finish.value = event.data.finish_reason;
            close(event.data.finish_reason === "stopped" ? "stopped" : "complete");
            break;
          case "error":
            flush();
            text.value = text.value.slice(0, event.data.text_length);
            cited.value = event.data.cited ?? [];
            unsupported.value = event.data.unsupported ?? [];
            fault.value = faultOfProblem(event.data, text.value !== "");
            close("failed");
        }
      }),
    fail: (next) =>
      batch(() => {
        flush();
        fault.value = next;
        close("failed");
      }),
    end: (to) =>
      batch(() => {
        flush();
        close(to);
      }),
  };
}

/** An answer of a stored conversation; one that is still being written begins empty and is followed anew. */
export function storedAnswer(message: Message, schedule: Schedule): AnswerModel {
  const answer = createAnswer(schedule);
  answer.id.value = message.id;
  answer.rating.value = message.feedback?.rating ?? null;
  if (message.status === "streaming") return answer;
  const apply = (event: ChatEvent) => answer.apply(event);
  apply({ id: 1, event: "citations", data: { citations: message.citations } });
  apply({ id: 2, event: "delta", data: { text: message.text } });
  const finish = message.finish_reason ?? (message.status === "stopped" ? "stopped" : "stop");
  const usage = { prompt_tokens: 0, completion_tokens: 0 };
  const { cited, unsupported, confidence } = message;
  const done = { finish_reason: finish, confidence: confidence ?? 0, cited, unsupported };
  apply({ id: 3, event: "done", data: { ...done, model: "", usage } });
  if (message.status === "failed") {
    answer.fail(
      faultOfProblem(message.error ?? { code: "internal-error", title: "", detail: "" }, message.text !== ""),
    );
  }
  return answer;
}

/** Of a stopped answer the half sentence at its end claims nothing yet. */
function weighed(text: string, { finish_reason, unsupported }: DoneData): DoneData["unsupported"] {
  const whole = text.trimEnd();
  if (finish_reason !== "stopped" || /[.!?…。！？|](?:\s*\[\d+\])*\W*$/u.test(whole)) return unsupported;
  return unsupported.filter(([, end]) => end < whole.length);
}

/** The cited ones; while the end is not known yet, none. */
function usedCitations(citations: readonly Citation[], cited: readonly number[]): Citation[] {
  return cited.flatMap((index) => citations.find((citation) => citation.index === index) ?? []);
}
