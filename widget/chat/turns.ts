// A conversation as its reader sees it: each question with its newest answer.
import type { Id, Message } from "@pagewise/sdk/contract";
import { type Signal, signal } from "@preact/signals";
import { type AnswerModel, createAnswer, type Schedule, storedAnswer } from "./answer-model.ts";
import { faultOfProblem } from "./chat-problems.ts";

export interface Turn {
  key: string;
  question: string;
  answer: Signal<AnswerModel>;
}

export function createTurn(key: string, question: string, answer: AnswerModel): Turn {
  return { key, question, answer: signal(answer) };
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
    const last = answers.at(-1);
    return createTurn(key, question, last ? storedAnswer(last, schedule) : lostAnswer(schedule));
  });
}

/** The question arrived and its answer never began: it can be asked again. */
function lostAnswer(schedule: Schedule): AnswerModel {
  const answer = createAnswer(schedule);
  answer.fail(faultOfProblem({ code: "no-answer", title: "", detail: "" }, false));
  return answer;
}
