// Which conversation is open and what stands in it: opened from the store, begun anew, left.
import type { Client } from "@pagewise/sdk";
import type { Conversation, Id, Message } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Schedule } from "./answer-model.ts";
import { type Fault, faultOf } from "./chat-problems.ts";
import { type Turn, turnsOf } from "./turns.ts";

export interface ThreadDeps {
  client: Pick<Client, "conversations">;
  schedule: Schedule;
  /** A stored conversation was opened: these are what it answers from. */
  choose(ids: Id[]): void;
  /** A conversation was begun, or asked in again. */
  onConversation(conversation: Conversation): void;
  /** Keeps over a reload which conversation is open in this tab. */
  remember(id: Id | null): void;
}

export interface ThreadModel {
  conversation: Signal<Conversation | null>;
  turns: Signal<readonly Turn[]>;
  /** A stored conversation is being opened, or could not be. */
  opening: ReadonlySignal<{ id: Id; failed: Fault | null } | null>;
  /** null: nothing has been asked in it yet. */
  id(): Id | null;
  /** The server has begun this conversation, or goes on with it. */
  enter(id: Id): void;
  /** Asks the server for the title it gave; without a line the title can wait. */
  learn(): Promise<void>;
  /** @returns whether it is open now: false where it could not be, or another one was opened meanwhile. */
  open(id: Id): Promise<boolean>;
  leave(): void;
}

export function createThread({ client, schedule, choose, onConversation, remember }: ThreadDeps): ThreadModel {
  const conversation = signal<Conversation | null>(null);
  const turns = signal<readonly Turn[]>([]);
  const opening = signal<{ id: Id; failed: Fault | null } | null>(null);
  let current: Id | null = null;
  let visit = new AbortController();

  const enter = (id: Id) => {
    current = id;
    remember(id);
  };
  const leave = () => {
    visit.abort();
    visit = new AbortController();
    current = null;
    batch(() => {
      conversation.value = null;
      opening.value = null;
      turns.value = [];
    });
  };

  return {
    conversation,
    turns,
    opening,
    id: () => current,
    enter,
    leave,
    async learn() {
      const { signal: left } = visit;
      if (!current) return;
      const found = await client.conversations.get(current, { signal: left }).catch(() => null);
      if (!found || left.aborted) return;
      conversation.value = found;
      onConversation(found);
    },
    async open(id) {
      leave();
      const { signal: left } = visit;
      opening.value = { id, failed: null };
      try {
        const getting = client.conversations.get(id, { signal: left });
        const [found, messages] = await Promise.all([getting, allMessages(client, id, left)]);
        if (left.aborted) return false;
        batch(() => {
          enter(id);
          conversation.value = found;
          choose(found.document_ids);
          turns.value = turnsOf(messages, schedule);
          opening.value = null;
        });
        return true;
      } catch (error) {
        if (!left.aborted) opening.value = { id, failed: faultOf(error, false) };
        return false;
      }
    },
  };
}

async function allMessages(client: ThreadDeps["client"], id: Id, signal: AbortSignal): Promise<Message[]> {
  const messages: Message[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.messages(id, { limit: 100, ...(cursor && { cursor }) }, { signal });
    messages.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return messages;
}
