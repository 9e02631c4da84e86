// The stored conversations: title, time and documents; search, open, rename, delete.
import type { Conversation } from "@pagewise/sdk/contract";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { SearchField } from "../parts/search-field.tsx";
import { useTalk } from "../talk-context.ts";
import { renameConversation } from "./conversation-actions.ts";
import { ConversationMenu } from "./conversation-menu.tsx";
import { TitleField } from "./title-field.tsx";

/** Whoever types goes on typing. */
const typingMs = 200;

export function ConversationList() {
  const { conversations, t } = useTalk();
  const list = conversations.list.value;
  const status = conversations.status.value;
  const query = conversations.query.value.trim();
  const begun = useRef(false);
  useSignalEffect(() => {
    void conversations.query.value;
    const timer = setTimeout(() => void conversations.load(), begun.current ? typingMs : 0);
    begun.current = true;
    return () => clearTimeout(timer);
  });

  if (list.length === 0 && query === "") return <Without />;
  return (
    <>
      <SearchField query={conversations.query} label={t.chat.findConversation} />
      <ul class="convos" aria-busy={status === "loading"}>
        {list.map((conversation) => (
          <Row key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      {list.length === 0 && (status === "ready" || status === "failed") && (
        <p class="hint library-hint" role="status">
          {status === "failed" ? t.chat.conversationsFailed : t.chat.noneSays(query)}
        </p>
      )}
      {conversations.more.value && (
        <button
          type="button"
          class="btn convos-more"
          disabled={status === "loading"}
          onClick={() => void conversations.loadMore()}
        >
          {t.chat.olderConversations}
        </button>
      )}
    </>
  );
}

/** None is there, or none has come yet. */
function Without() {
  const { conversations, t } = useTalk();
  const status = conversations.status.value;
  if (status === "failed") {
    return (
      <div class="convos-empty">
        <p>{t.chat.conversationsFailed}</p>
        <button type="button" class="btn" onClick={() => void conversations.load()}>
          {t.chat.tryAgain}
        </button>
      </div>
    );
  }
  if (status !== "ready") return <Bones />;
  return (
    <div class="convos-empty">
      <h3>{t.chat.noConversations}</h3>
      <p>{t.chat.noConversationsNote}</p>
    </div>
  );
}

function Row({ conversation }: { conversation: Conversation }) {
  const app = useTalk();
  const { chat, format, layout, view, t } = app;
  const renaming = useSignal(false);
  const isOpen = chat.conversation.value?.id === conversation.id || chat.opening.value?.id === conversation.id;
  const open = () => {
    layout.closePage();
    view.value = "chat";
    void chat.open(conversation.id);
  };

  if (renaming.value) {
    return (
      <li class="convo-renaming">
        <TitleField
          title={conversation.title}
          onDone={(next) => {
            renaming.value = false;
            if (next) void renameConversation(app, conversation, next);
          }}
        />
      </li>
    );
  }
  return (
    <li class="convo-row">
      <button type="button" class="convo" aria-current={isOpen ? "true" : undefined} onClick={open}>
        <span class="convo-title one-line" dir="auto">
          {conversation.title || t.chat.untitled}
        </span>
        <time class="meta" dateTime={conversation.updated_at}>
          {format.when(conversation.updated_at)}
        </time>
        <span class="meta one-line convo-about" dir="auto">
          {useTitles(conversation)}
        </span>
      </button>
      <ConversationMenu
        conversation={conversation}
        renaming={renaming}
        label={t.chat.optionsFor(conversation.title)}
        small
        class="convo-menu"
      />
    </li>
  );
}

/** What a conversation answers from, as far as it is still here. */
function useTitles({ document_ids }: Conversation): string {
  const { documents, t } = useTalk();
  const titles = documents.list.value.filter((one) => document_ids.includes(one.id)).map((one) => one.title);
  const [first] = titles;
  if (first === undefined) return document_ids.length > 0 ? t.chat.gone : "";
  return titles.length === 1 ? first : t.chat.andMore(first, titles.length - 1);
}

function Bones() {
  return (
    <div class="convos-bones late" aria-hidden="true">
      {[70, 55, 80, 62].map((width) => (
        <div key={width} class="bone" style={{ inlineSize: `${width}%` }} />
      ))}
    </div>
  );
}
