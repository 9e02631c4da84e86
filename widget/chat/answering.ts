// The ways to an answer: asked, followed again, made anew; each ends in the signals of the turn's answer.
import type { AnswerStream, Client } from "@pagewise/sdk";
import type { Id } from "@pagewise/sdk/contract";
import { type AnswerModel, createAnswer, type Schedule } from "./answer-model.ts";
import type { AnswerRun } from "./answer-run.ts";
import type { Fault } from "./chat-problems.ts";
import type { ThreadModel } from "./thread-model.ts";
import type { Turn } from "./turns.ts";

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
  async function follow(turn: Turn, answer: AnswerModel, open: (signal: AbortSignal) => AnswerStream) {
    turn.answer.value = answer;
    const begun = await run.follow(answer, open);
    if (begun) void thread.learn();
    return begun;
  }

  function request(turn: Turn, answer: AnswerModel) {
    const ids = chosen();
    const conversation = thread.id();
    const asked = {
      message: turn.question,
      ...(ids.length > 0 && { document_ids: ids }),
      ...(conversation && { conversation_id: conversation }),
    };
    void follow(turn, answer, (signal) => client.chat.ask(asked, { signal }));
  }

  function resume(turn: Turn, id: Id) {
    const answer = createAnswer(schedule);
    answer.id.value = id;
    answer.rating.value = turn.answer.peek().rating.peek();
    void follow(turn, answer, (signal) => client.chat.resume(id, { signal }));
  }

  async function regenerate(turn: Turn) {
    const before = turn.answer.peek();
    const id = before.id.peek();
    if (run.answer.peek() || !id) return;
    const answer = createAnswer(schedule);
    const begun = await follow(turn, answer, (signal) => client.chat.regenerate(id, { signal }));
    if (begun || turn.answer.peek() !== answer) return;
    turn.answer.value = before;
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
