// The stored row of an answer while it is being written: text saved at most once a second, held under a lease.
import type { DoneData, MessageStatus } from "@pagewise/sdk/contract";
import type { Grounding } from "./evidence.ts";
import { MessageModel, type StoredCitation } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Problem } from "./problem.ts";

const leaseMs = 30_000;
const saveEveryMs = 1000;
const renewEveryMs = 10_000;
const finishTries = 3;

export interface AnswerRecord {
  text(): string;
  append(delta: string): void;
  cite(citations: StoredCitation[]): void;
  /** What the text stands on, told once it is whole. */
  ground(grounding: Grounding): void;
  grounding(): Grounding;
  /** Writes the end. @returns false where the row is no longer this answer's: deleted, or taken for abandoned. */
  finish(status: MessageStatus, end: DoneData | Problem): Promise<boolean>;
}

/** @param lost called once when the row is gone or was ended by somebody else. */
export function createAnswerRecord(
  deps: { db: Database; clock: Clock; log: Logger },
  messageId: string,
  lost: () => void,
): AnswerRecord {
  let text = "";
  const deltaEnds: number[] = [];
  let citations: StoredCitation[] = [];
  let grounding: Grounding = { cited: [], unsupported: [] };
  let savedAt = Date.now();
  let changed = false;
  let saving: Promise<unknown> = Promise.resolve();

  const save = (fields: Partial<MessageModel>): Promise<boolean> => {
    changed = false;
    savedAt = Date.now();
    const row = { text, citations, delta_ends: deltaEnds, lease_until: leaseEnd(deps.clock), ...fields };
    const saved = saving.then(() =>
      MessageModel.query(deps.db).patch(row).where({ id: messageId, status: "streaming" }),
    );
    saving = saved.catch(() => {});
    return saved.then((rows) => rows > 0);
  };
  const timer = setInterval(() => {
    if (!changed && Date.now() - savedAt < renewEveryMs) return;
    save({}).then(
      (held) => {
        if (!held) lost();
      },
      (error: unknown) => deps.log.warn({ err: error, messageId }, "an answer could not be saved yet"),
    );
  }, saveEveryMs);
  timer.unref();

  return {
    text: () => text,
    append(delta) {
      text += delta;
      deltaEnds.push(text.length);
      changed = true;
    },
    cite(list) {
      citations = list;
      changed = true;
    },
    ground(found) {
      grounding = found;
    },
    grounding: () => grounding,
    async finish(status, end) {
      clearInterval(timer);
      const fields = { status, lease_until: null, ...grounding, ...endFields(end) };
      for (let attempt = 1; ; attempt++) {
        try {
          return await save(fields);
        } catch (error) {
          if (attempt === finishTries) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
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
