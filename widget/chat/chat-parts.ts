// Ties the chat to the account: to its session, its library's selection, and what outlasts a reload.
import type { Client } from "@pagewise/sdk";
import type { Id } from "@pagewise/sdk/contract";
import { batch, effect, untracked } from "@preact/signals";
import type { LayoutModel } from "../layout-model.ts";
import type { SelectionModel } from "../selection-model.ts";
import type { SessionModel } from "../session-model.ts";
import type { ChatModel } from "./chat-model.ts";
import type { TabMemory } from "./tab.ts";
import { createTalkParts, type TalkParts, type TalkPartsDeps } from "./talk-parts.ts";

export interface ChatPartsDeps
  extends Omit<TalkPartsDeps, "client" | "fetchPicture" | "chosen" | "choose" | "remember"> {
  client: Client;
  session: SessionModel;
  selection: SelectionModel;
  layout: LayoutModel;
  /** The open conversation. */
  memory: TabMemory;
  /** What is being written, behind the id of whoever writes it. */
  drafts: TabMemory;
}

export interface ChatParts extends TalkParts {
  dispose(): void;
}

export function createChatParts(deps: ChatPartsDeps): ChatParts {
  const { client, session, selection, layout, memory, drafts } = deps;
  const { chat, conversations, pages } = createTalkParts({
    ...deps,
    fetchPicture: async (documentId, page) =>
      createImageBitmap(await client.documents.pageImage(documentId, page, { width: 960 })),
    chosen: () => selection.documents.peek().map((one) => one.id),
    choose: (ids) => {
      selection.ids.value = ids;
    },
    remember: memory.set,
  });

  let kept: Kept = { owner: null, conversation: null };
  const keepDraft = (owner: Id | null, text: string) => drafts.set(owner && text && `${owner} ${text}`);
  const stopSession = effect(() => {
    if (session.status.value === "out") return;
    untracked(() => void reopen({ chat, layout, id: memory.get() }));
    return () =>
      batch(() => {
        const again = session.ended.peek();
        kept.conversation = again ? memory.get() : null;
        // Whose it is may never have been learnt; then it is as it was before the page was loaded.
        if (!again || kept.owner) keepDraft(kept.owner, again ? openQuestion(chat) : "");
        chat.draft.value = "";
        chat.fresh();
        conversations.clear();
        pages.clear();
      });
  });
  // A session that ended by itself takes nothing away from who signs in again, and shows nothing to anybody else.
  const stopUser = effect(() => {
    const user = session.user.value;
    if (!user) return;
    const before = kept;
    kept = { owner: user.id, conversation: null };
    const [author, ...words] = drafts.get()?.split(" ") ?? [];
    untracked(() => {
      if (author === user.id) chat.draft.value ||= words.join(" ");
      if (user.id === before.owner && chat.turns.peek().length === 0)
        void reopen({ chat, layout, id: before.conversation });
    });
    return effect(() => {
      const text = chat.draft.value;
      if (session.status.peek() === "in") keepDraft(user.id, text);
    });
  });
  const stopSelection = effect(() => {
    const ids = selection.ids.value;
    const about = chat.conversation.peek()?.document_ids ?? [];
    // Other documents altogether are another conversation; a wider or narrower choice goes on with this one.
    if (ids.length === 0 || about.length === 0 || ids.some((id) => about.includes(id))) return;
    untracked(() => {
      layout.closePage();
      chat.fresh();
    });
  });

  return {
    chat,
    conversations,
    pages,
    dispose() {
      const [open, draft] = [memory.get(), drafts.get()];
      stopSelection();
      stopUser();
      stopSession();
      chat.dispose();
      // Taken off the page is not signed out: put back, it goes on where it was.
      memory.set(open);
      drafts.set(draft);
    },
  };
}

/** What outlasts a session that ended by itself, beside what was being written. */
interface Kept {
  owner: Id | null;
  conversation: Id | null;
}

/** After a reload: the conversation that was open, and its answer if one is still being written. */
async function reopen({ chat, layout, id }: { chat: ChatModel; layout: LayoutModel; id: Id | null }) {
  if (!id) return;
  layout.view.value = "chat";
  await chat.open(id);
  if (!chat.opening.peek()?.failed) return;
  chat.fresh();
  layout.view.value = "library";
}

/** What was typed, or asked and has no answer yet: the session may have ended under the asking itself. */
function openQuestion(chat: ChatModel): string {
  const last = chat.turns.peek().at(-1);
  const answered = last?.answer.peek().id.peek() !== null;
  return chat.draft.peek() || (last && !answered ? last.question : "");
}
