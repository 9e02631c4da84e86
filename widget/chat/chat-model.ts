// The conversation that is open: asking, asking again, and taking up what a cut or a reload left behind.
import type { Client } from "@pagewise/sdk";
import type { Conversation, Id, Message, Rating } from "@pagewise/sdk/contract";
import { batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { type AnswerModel, createAnswer, type Schedule } from "./answer-model.ts";
import { createAnswerRun, type Said } from "./answer-run.ts";
import { type Fault, faultOf } from "./chat-problems.ts";
import { createTurn, type Turn, turnsOf } from "./turns.ts";

/** The contract's bound of a question, in characters. */
export const maxQuestionLength = 8_000;

export type Complaint = "stop" | "rating" | "again";

export interface ChatDeps {
  client: Pick<Client, "chat" | "conversations" | "messages">;
  /** The documents that the next question is about; empty: those of the conversation, else all. */
  chosen(): Id[];
  /** A stored conversation was opened: these are what it answers from. */
  choose(ids: Id[]): void;
  online: ReadonlySignal<boolean>;
  schedule: Schedule;
  /** Something beside the thread did not work. */
  complain(what: Complaint, fault: Fault | null): void;
  /** A conversation was begun, or asked in again. */
  onConversation(conversation: Conversation): void;
  /** Keeps over a reload which conversation is open in this tab. */
  remember(id: Id | null): void;
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
  const { client, online, schedule } = deps;
  const conversation = signal<Conversation | null>(null);
  const turns = signal<readonly Turn[]>([]);
  const opening = signal<{ id: Id; failed: Fault | null } | null>(null);
  const draft = signal("");
  const run = createAnswerRun({ client, onStart: enter, onStopFailed: () => deps.complain("stop", null) });
  let conversationId: Id | null = null;
  let count = 0;
  let visit = new AbortController();

  function enter(id: Id) {
    conversationId = id;
    deps.remember(id);
  }

  async function follow(turn: Turn, answer: AnswerModel, open: Parameters<typeof run.follow>[1]) {
    turn.answer.value = answer;
    const begun = await run.follow(answer, open);
    if (begun) void learn();
    return begun;
  }

  /** The server gives a conversation its title and moves it to the top of the list. */
  async function learn() {
    const id = conversationId;
    const { signal } = visit;
    if (!id) return;
    const found = await client.conversations.get(id, { signal }).catch(() => null);
    if (!found || signal.aborted) return;
    conversation.value = found;
    deps.onConversation(found);
  }

  function request(turn: Turn, answer: AnswerModel) {
    const ids = deps.chosen();
    const asked = {
      message: turn.question,
      ...(ids.length > 0 && { document_ids: ids }),
      ...(conversationId && { conversation_id: conversationId }),
    };
    void follow(turn, answer, (signal) => client.chat.ask(asked, { signal }));
  }

  function resume(turn: Turn, id: Id) {
    const answer = createAnswer(schedule);
    answer.id.value = id;
    answer.rating.value = turn.answer.peek().rating.peek();
    void follow(turn, answer, (signal) => client.chat.resume(id, { signal }));
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

  async function regenerate(turn: Turn) {
    const before = turn.answer.peek();
    const id = before.id.peek();
    if (run.answer.peek() || !id) return;
    const answer = createAnswer(schedule);
    const begun = await follow(turn, answer, (signal) => client.chat.regenerate(id, { signal }));
    if (begun || turn.answer.peek() !== answer) return;
    // Nothing came of it: the answer that stood there stands there again.
    turn.answer.value = before;
    deps.complain("again", answer.fault.peek());
  }

  function leave() {
    run.leave();
    visit.abort();
    visit = new AbortController();
    conversationId = null;
    batch(() => {
      conversation.value = null;
      opening.value = null;
      turns.value = [];
    });
  }

  function fresh() {
    leave();
    deps.remember(null);
  }

  async function open(id: Id) {
    if (conversationId === id && turns.peek().length > 0) return;
    leave();
    const { signal: left } = visit;
    opening.value = { id, failed: null };
    try {
      const options = { signal: left };
      const [found, messages] = await Promise.all([
        client.conversations.get(id, options),
        allMessages(client, id, left),
      ]);
      if (left.aborted) return;
      batch(() => {
        enter(id);
        conversation.value = found;
        deps.choose(found.document_ids);
        turns.value = turnsOf(messages, schedule);
        opening.value = null;
      });
    } catch (error) {
      if (!left.aborted) opening.value = { id, failed: faultOf(error, false) };
      return;
    }
    const last = turns.peek().at(-1);
    const lastId = last?.answer.peek().id.peek();
    if (last && lastId && last.answer.peek().phase.peek() === "streaming") resume(last, lastId);
  }

  const stopWaiting = effect(() => {
    if (!online.value) return;
    untracked(() => {
      const turn = turns.peek().at(-1);
      if (turn && isWaiting(turn.answer.peek())) retry(turn);
    });
  });

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
      const turn = createTurn(`asked-${++count}`, text, answer);
      turns.value = [...turns.peek(), turn];
      if (online.peek()) request(turn, answer);
      else answer.phase.value = "queued";
      return true;
    },
    stop: run.stop,
    retry,
    regenerate: (turn) => void regenerate(turn),
    async rate(answer, rating, comment) {
      const id = answer.id.peek();
      const before = answer.rating.peek();
      if (!id) return false;
      answer.rating.value = rating;
      try {
        await client.messages.feedback(id, { rating, ...(comment && { comment }) });
        return true;
      } catch (error) {
        answer.rating.value = before;
        deps.complain("rating", faultOf(error, false));
        return false;
      }
    },
    open,
    fresh,
    changed(id, next) {
      if (conversationId !== id) return;
      if (next) conversation.value = next;
      else fresh();
    },
    dispose() {
      stopWaiting();
      leave();
    },
  };
}

const isQueued = (turn: Turn) => turn.answer.peek().phase.peek() === "queued";

/**
 * Was kept while there was no network, or is still being written beyond a lost connection. Not a question whose request
 * was cut before any answer: it may have arrived, and whether to ask twice is the reader's to say.
 */
function isWaiting(answer: AnswerModel): boolean {
  const lost = answer.fault.peek()?.code === "connection-lost" && answer.id.peek() !== null;
  return answer.phase.peek() === "queued" || lost;
}

async function allMessages(client: ChatDeps["client"], id: Id, signal: AbortSignal): Promise<Message[]> {
  const messages: Message[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.messages(id, { limit: 100, ...(cursor && { cursor }) }, { signal });
    messages.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return messages;
}
