// A conversation as its reader sees it: each question with the versions of its answer, of which the newest is shown.
import type { AskRequest, Id, Message } from "@pagewise/sdk/contract";
import { batch, type Signal, signal } from "@preact/signals";
import { type AnswerModel, createAnswer, type Schedule, storedAnswer } from "./answer-model.ts";
import { faultOfProblem } from "./chat-problems.ts";

export interface Turn {
  key: string;
  question: string;
  /** The one that is shown. */
  answer: Signal<AnswerModel>;
  /** Every one that there is something to read of, oldest first; never empty. */
  versions: Signal<readonly AnswerModel[]>;
  /** The request that asked it from here: sent again as it was, it is the same one. */
  asked: { request: AskRequest; idempotencyKey: string } | null;
}

export function createTurn(key: string, question: string, versions: readonly [AnswerModel, ...AnswerModel[]]): Turn {
  const newest = versions.at(-1) ?? versions[0];
  return { key, question, answer: signal(newest), versions: signal(versions), asked: null };
}

/** Shows `next`, in the place of the one that was shown, or beside it as the newest. */
export function showVersion(turn: Turn, next: AnswerModel, { instead }: { instead: boolean }): void {
  const shown = turn.answer.peek();
  const before = turn.versions.peek();
  batch(() => {
    turn.versions.value = instead ? before.map((one) => (one === shown ? next : one)) : [...before, next];
    turn.answer.value = next;
  });
}

/** The messages of a stored conversation, oldest first; an answer that replaces another stands in its place. */
export function turnsOf(messages: readonly Message[], schedule: Schedule): Turn[] {
  const turns: { key: Id; question: string; answers: Message[] }[] = [];
  for (const message of messages) {
    if (message.role === "user") turns.push({ key: message.id, question: message.text, answers: [] });
    else {
      const replaced = turns.find((turn) => turn.answers.some((answer) => answer.id === message.replaces));
      (replaced ?? turns.at(-1))?.answers.push(message);
    }
  }
  return turns.map(({ key, question, answers }) => {
    const last = answers.pop();
    const before = answers.filter(({ text }) => text !== "").map((message) => storedAnswer(message, schedule));
    const [first, ...rest] = [...before, last ? storedAnswer(last, schedule) : lostAnswer(schedule)];
    return createTurn(key, question, [first as AnswerModel, ...rest]);
  });
}

/** The question arrived and its answer never began: it can be asked again. */
function lostAnswer(schedule: Schedule): AnswerModel {
  const answer = createAnswer(schedule);
  answer.fail(faultOfProblem({ code: "no-answer", title: "", detail: "" }, false));
  return answer;
}
