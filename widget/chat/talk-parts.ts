// The open conversation, the stored ones and their pages, tied to each other.
import type { VisitorClient } from "@pagewise/sdk";
import type { Id } from "@pagewise/sdk/contract";
import type { ReadonlySignal } from "@preact/signals";
import { createPages, type PagesDeps, type PagesModel } from "../page/pages-model.ts";
import type { ToastsModel } from "../toasts-model.ts";
import type { Schedule } from "./answer-model.ts";
import { type ChatModel, createChat } from "./chat-model.ts";
import { faultWords } from "./chat-problems.ts";
import type { ChatStrings } from "./chat-strings.ts";
import { type ConversationsModel, createConversations } from "./conversations-model.ts";

export interface TalkPartsDeps extends PagesDeps {
  client: VisitorClient;
  online: ReadonlySignal<boolean>;
  visible: ReadonlySignal<boolean>;
  toast: ToastsModel["toast"];
  t: ChatStrings;
  schedule: Schedule;
  /** The documents that the next question is about; empty: those of the conversation, else all. */
  chosen(): Id[];
  /** A stored conversation was opened: these are what it answers from. */
  choose(ids: Id[]): void;
  /** Which conversation is open. */
  remember(id: Id | null): void;
}

export interface TalkParts {
  chat: ChatModel;
  conversations: ConversationsModel;
  pages: PagesModel;
}

export function createTalkParts(deps: TalkPartsDeps): TalkParts {
  const { client, online, visible, schedule, chosen, choose, remember, toast, t } = deps;
  const conversations = createConversations({
    client,
    undoMs: 6_000,
    onChange: (id, conversation) => chat.changed(id, conversation),
  });
  const chat = createChat({
    client,
    online,
    visible,
    schedule,
    chosen,
    choose,
    complain: (what, fault) => {
      const words = { stop: t.stopFailed, rating: t.ratingFailed, again: t.againFailed }[what];
      toast(fault && what === "again" ? `${words} ${faultWords(fault, t).detail}` : words, { bad: true });
    },
    onConversation: conversations.put,
    remember,
  });
  return { chat, conversations, pages: createPages(deps) };
}
