// The ways to an answer: asked, followed again, made anew; each ends in the signals of the turn's answer.
import { type Client, newIdempotencyKey } from "@pagewise/sdk";
import type { AskRequest, Id } from "@pagewise/sdk/contract";
import { batch } from "@preact/signals";
import { type AnswerModel, createAnswer, type Schedule } from "./answer-model.ts";
import type { AnswerRun, OpenAnswer } from "./answer-run.ts";
import type { Fault } from "./chat-problems.ts";
import type { ThreadModel } from "./thread-model.ts";
import { showVersion, type Turn } from "./turns.ts";

export interface AnsweringDeps {
  client: Pick<Client, "chat">;
  schedule: Schedule;
  thread: ThreadModel;
  run: AnswerRun;
  /** The documents that the next question is about; empty: those of the conversation, else all. */
  chosen(): Id[];
  /** A new answer was wanted and none came: the one before stands again. */
  onNoNewAnswer(fault: Fault | null): void;
}

export interface Answering {
  request(turn: Turn, answer: AnswerModel): void;
  /** The same answer from its start; it may still be being written. */
  resume(turn: Turn, id: Id): void;
  regenerate(turn: Turn): Promise<void>;
  /** Whichever of the three helps after a failure. */
  retry(turn: Turn): void;
}

export function createAnswering({ client, schedule, thread, run, chosen, onNoNewAnswer }: AnsweringDeps): Answering {
  /** @param instead in the place of the answer that is shown; else beside it, as its newest version */
  async function follow(turn: Turn, answer: AnswerModel, open: OpenAnswer, { instead }: { instead: boolean }) {
    showVersion(turn, answer, { instead });
    const begun = await run.follow(answer, open);
    if (begun) void thread.learn();
    return begun;
  }

  /** A request that was cut off may have arrived: sent again as it was, it is not asked twice. */
  function request(turn: Turn, answer: AnswerModel) {
    if (turn.answer.peek().fault.peek()?.code !== "connection-lost") turn.asked = null;
    turn.asked ??= { request: requestFor(turn.question), idempotencyKey: newIdempotencyKey() };
    const { request: asked, idempotencyKey } = turn.asked;
    void follow(turn, answer, (options) => client.chat.ask(asked, { ...options, idempotencyKey }), { instead: true });
  }

  function requestFor(message: string): AskRequest {
    const ids = chosen();
    const conversation = thread.id();
    return {
      message,
      ...(ids.length > 0 && { document_ids: ids }),
      ...(conversation && { conversation_id: conversation }),
    };
  }

  function resume(turn: Turn, id: Id) {
    const answer = createAnswer(schedule);
    answer.id.value = id;
    answer.rating.value = turn.answer.peek().rating.peek();
    void follow(turn, answer, (options) => client.chat.resume(id, options), { instead: true });
  }

  async function regenerate(turn: Turn) {
    const before = turn.answer.peek();
    const versions = turn.versions.peek();
    const id = before.id.peek();
    if (run.answer.peek() || !id) return;
    const answer = createAnswer(schedule);
    const instead = before.text.peek() === "";
    const begun = await follow(turn, answer, (options) => client.chat.regenerate(id, options), { instead });
    if (begun || turn.answer.peek() !== answer) return;
    batch(() => {
      turn.versions.value = versions;
      turn.answer.value = before;
    });
    onNoNewAnswer(answer.fault.peek());
  }

  function retry(turn: Turn) {
    if (run.answer.peek()) return;
    const before = turn.answer.peek();
    const id = before.id.peek();
    // An answer whose connection was lost is still written, or already whole; one that failed has to be made again.
    if (id && before.fault.peek()?.code === "connection-lost") resume(turn, id);
    else if (id) void regenerate(turn);
    else request(turn, createAnswer(schedule));
  }

  return { request, resume, regenerate, retry };
}
