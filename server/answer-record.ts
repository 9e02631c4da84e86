// The stored row of an answer while it is being written: text saved at most once a second, held under a lease.
import type { DoneData, MessageStatus } from "@pagewise/sdk/contract";
import type { AnswerStatements } from "./answer-statements.ts";
import type { Grounding } from "./evidence.ts";
import type { MessageModel, StoredCitation } from "./models/conversation.ts";
import { orAborted } from "./or-aborted.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Problem } from "./problem.ts";

/** A reader of a process that died waits as long; readers and sweepers in other processes go by clocks of their own. */
const leaseMs = 15_000;
const saveEveryMs = 1_000;
const renewEveryMs = 5_000;
/** The end of an answer is tried to be saved for as long, while its readers are pinged; only then it is an error. */
const finishMs = 30_000;

export interface AnswerRecord {
  text(): string;
  /** As much of the text as is known to stand in the row. */
  savedText(): string;
  append(delta: string): void;
  cite(citations: StoredCitation[]): void;
  /** What the text stands on, told once it is whole. */
  ground(grounding: Grounding): void;
  grounding(): Grounding;
  /** Writes the end. @returns false where the row is no longer this answer's: deleted, or taken for abandoned. */
  finish(status: MessageStatus, end: DoneData | Problem): Promise<boolean>;
}

/**
 * @param lost called when the row is gone or was ended by somebody else ("gone"), or could not be saved for so long that
 *   others may take it for abandoned ("lapsed").
 */
export function createAnswerRecord(
  deps: { statements: AnswerStatements; clock: Clock; log: Logger },
  messageId: string,
  lost: (why: "gone" | "lapsed") => void,
): AnswerRecord {
  let text = "";
  const deltaEnds: number[] = [];
  let citations: StoredCitation[] = [];
  let grounding: Grounding = { cited: [], unsupported: [] };
  let savedAt = performance.now();
  let changed = false;
  let citationsChanged = false;
  let saving: Promise<unknown> | null = null;
  let savedLength = 0;
  // The row was inserted under one.
  let heldUntil = leaseEnd(deps.clock);
  let failed = false;
  /** Before anybody else may say so: as much earlier as it takes to look again. */
  const hasLapsed = () => deps.clock.now().getTime() >= heldUntil.getTime() - saveEveryMs;

  const save = async (fields: Partial<MessageModel>): Promise<boolean> => {
    const saved = { text: changed, citations: citationsChanged };
    changed = citationsChanged = false;
    savedAt = performance.now();
    const { length } = text;
    const until = leaseEnd(deps.clock);
    const row = {
      // A copy: both must be of the same moment, and the driver may write it out later.
      ...(saved.text && { text, delta_ends: [...deltaEnds] }),
      ...(saved.citations && { citations }),
      lease_until: until,
      ...fields,
    };
    try {
      const held = await deps.statements.save(messageId, row);
      failed = false;
      if (held) [savedLength, heldUntil] = [length, until];
      return held;
    } catch (error) {
      failed = true;
      changed ||= saved.text;
      citationsChanged ||= saved.citations;
      throw error;
    }
  };
  const timer = setInterval(() => {
    const isDue = changed || citationsChanged || performance.now() - savedAt >= renewEveryMs;
    // One that was asleep has not failed: the row says whether it is held still.
    if ((saving || failed) && hasLapsed()) lost("lapsed");
    if (saving || !isDue) return;
    saving = save({})
      .then(
        (held) => {
          if (!held) lost("gone");
        },
        (error: unknown) => deps.log.warn({ err: error, messageId }, "an answer could not be saved yet"),
      )
      .finally(() => {
        saving = null;
      });
  }, saveEveryMs);
  timer.unref();

  return {
    text: () => text,
    savedText: () => text.slice(0, savedLength),
    append(delta) {
      text += delta;
      deltaEnds.push(text.length);
      changed = true;
    },
    cite(list) {
      citations = list;
      citationsChanged = true;
    },
    ground(found) {
      grounding = found;
    },
    grounding: () => grounding,
    async finish(status, end) {
      clearInterval(timer);
      const until = performance.now() + finishMs;
      // A connection may be held by something in between, and never answer.
      const late = AbortSignal.timeout(finishMs);
      await orAborted(saving ?? Promise.resolve(), late);
      const fields = { status, lease_until: null, ...grounding, ...endFields(end) };
      for (let attempt = 1; ; attempt++) {
        try {
          const held = await orAborted(save(fields), late);
          if (held === null) throw new Error("The database did not answer in time.");
          return held;
        } catch (error) {
          const pauseMs = Math.min(1_000, 100 * attempt);
          if (performance.now() + pauseMs > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      }
    },
  };
}

export function leaseEnd(clock: Clock): Date {
  return new Date(clock.now().getTime() + leaseMs);
}

function endFields(end: DoneData | Problem): Partial<MessageModel> {
  if (end instanceof Error) return { error: { code: end.code, title: end.title, detail: end.detail } };
  const { finish_reason, confidence, model, usage } = end;
  return { finish_reason, confidence, model, usage };
}
