// The conversation that is open: what its reader can do with it, and what is taken up after a cut or a reload.
import type { Client } from "@pagewise/sdk";
import type { Conversation, Id, Rating } from "@pagewise/sdk/contract";
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { type AnswerModel, createAnswer } from "./answer-model.ts";
import { createAnswerRun, type Said } from "./answer-run.ts";
import { createAnswering } from "./answering.ts";
import { type Fault, faultOf } from "./chat-problems.ts";
import { slowLookMs, whenBack } from "./come-back.ts";
import { createThread, type ThreadDeps } from "./thread-model.ts";
import { createTurn, type Turn } from "./turns.ts";

/** The contract's bound of a question, in characters. */
export const maxQuestionLength = 8_000;

type Complaint = "stop" | "rating" | "again";

export interface ChatDeps extends ThreadDeps {
  client: Pick<Client, "chat" | "conversations" | "messages">;
  /** The documents that the next question is about; empty: those of the conversation, else all. */
  chosen(): Id[];
  online: ReadonlySignal<boolean>;
  /** Somebody looks at the page. */
  visible: ReadonlySignal<boolean>;
  /** How often it is looked, after a lost connection, whether the server is back. */
  slowMs?: number;
  /** Something beside the thread did not work. */
  complain(what: Complaint, fault: Fault | null): void;
}

export interface ChatModel {
  conversation: ReadonlySignal<Conversation | null>;
  turns: ReadonlySignal<readonly Turn[]>;
  /** A stored conversation is being opened, or could not be. */
  opening: ReadonlySignal<{ id: Id; failed: Fault | null } | null>;
  /** An answer is asked for or being written here. */
  busy: ReadonlySignal<boolean>;
  /** What stands in the composer. */
  draft: Signal<string>;
  said: ReadonlySignal<Said>;
  /** @returns false where nothing was asked: empty, too long, or an answer is on its way. */
  ask(question: string): boolean;
  stop(): void;
  /** After a failure: follows the answer that has begun, else asks again. */
  retry(turn: Turn): void;
  /** Another answer to the same question. */
  regenerate(turn: Turn): void;
  /** @returns whether it was saved. */
  rate(answer: AnswerModel, rating: Rating | null, comment?: string): Promise<boolean>;
  open(id: Id): Promise<void>;
  /** Leaves this conversation; an answer that is being written goes on without us. */
  fresh(): void;
  /** A conversation was renamed, or deleted (null), elsewhere. */
  changed(id: Id, conversation: Conversation | null): void;
  dispose(): void;
}

export function createChat(deps: ChatDeps): ChatModel {
  const { client, online, visible, slowMs = slowLookMs, schedule, chosen, complain } = deps;
  const thread = createThread(deps);
  const { conversation, turns, opening } = thread;
  const run = createAnswerRun({ client, onStart: thread.enter, onStopFailed: () => complain("stop", null) });
  const onNoNewAnswer = (fault: Fault | null) => complain("again", fault);
  const answering = createAnswering({ client, schedule, thread, run, chosen, onNoNewAnswer });
  const draft = signal("");

  const leave = () => {
    run.leave();
    thread.leave();
  };
  const fresh = () => {
    leave();
    deps.remember(null);
  };
  const retryWaiting = () => {
    const turn = turns.peek().at(-1);
    if (turn && isWaiting(turn.answer.peek())) answering.retry(turn);
  };
  const stopWaiting = effect(() => {
    if (online.value) untracked(retryWaiting);
  });
  const isLost = computed(() => {
    const last = turns.value.at(-1)?.answer.value;
    return !run.answer.value && last?.fault.value?.code === "connection-lost";
  });
  const stopLooking = whenBack({ client, visible, isLost, slowMs, onBack: retryWaiting });

  return {
    conversation,
    turns,
    opening,
    busy: computed(() => run.answer.value !== null),
    draft,
    said: run.said,
    ask(question) {
      const text = question.trim();
      const ready = !run.answer.peek() && !opening.peek() && !turns.peek().some(isQueued);
      if (text === "" || text.length > maxQuestionLength || !ready) return false;
      const answer = createAnswer(schedule);
      const turn = createTurn(`asked-${turns.peek().length}`, text, [answer]);
      turns.value = [...turns.peek(), turn];
      if (online.peek()) answering.request(turn, answer);
      else answer.phase.value = "queued";
      return true;
    },
    stop: run.stop,
    retry: answering.retry,
    regenerate: (turn) => void answering.regenerate(turn),
    rate: (answer, rating, comment) => saveRating(deps, answer, rating, comment),
    async open(id) {
      if (thread.id() === id && turns.peek().length > 0) return;
      run.leave();
      if (!(await thread.open(id))) return;
      const last = turns.peek().at(-1);
      const lastId = last?.answer.peek().id.peek();
      if (last && lastId && last.answer.peek().phase.peek() === "streaming") answering.resume(last, lastId);
    },
    fresh,
    changed(id, next) {
      if (thread.id() !== id) return;
      if (next) conversation.value = next;
      else fresh();
    },
    dispose() {
      stopWaiting();
      stopLooking();
      leave();
    },
  };
}

async function saveRating(
  { client, complain }: Pick<ChatDeps, "client" | "complain">,
  answer: AnswerModel,
  rating: Rating | null,
  comment?: string,
): Promise<boolean> {
  const id = answer.id.peek();
  const before = answer.rating.peek();
  if (!id) return false;
  answer.rating.value = rating;
  try {
    await client.messages.feedback(id, { rating, ...(comment && { comment }) });
    return true;
  } catch (error) {
    answer.rating.value = before;
    complain("rating", faultOf(error, false));
    return false;
  }
}

const isQueued = (turn: Turn) => turn.answer.peek().phase.peek() === "queued";

/** Was kept while there was no network, or lost its connection: a question that may have arrived is known by its key. */
function isWaiting(answer: AnswerModel): boolean {
  return answer.phase.peek() === "queued" || answer.fault.peek()?.code === "connection-lost";
}
