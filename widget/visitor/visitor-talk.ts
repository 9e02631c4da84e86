// The models behind one person's chat on a host page, from the first word to the moment another person is there.
import type { VisitorClient } from "@pagewise/sdk";
import type { Id } from "@pagewise/sdk/contract";
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { beforeNextFrame } from "../chat/tab.ts";
import { createTalkParts } from "../chat/talk-parts.ts";
import { createFormat } from "../format.ts";
import { createLayout } from "../layout-model.ts";
import type { ShellModel } from "../shell-model.ts";
import type { TalkModel } from "../talk-context.ts";
import { visitorChatEnglish } from "./visitor-strings.ts";

/** Who comes back so soon, from another page or after a reload, goes on where they were. */
const sameVisitMs = 3_600_000;

export interface VisitorTalk extends TalkModel {
  /** It is being looked whether there is a conversation to go on with. */
  reopening: ReadonlySignal<boolean>;
  dispose(): void;
}

interface VisitorTalkDeps {
  shell: ShellModel;
  client: VisitorClient;
  locale: string;
  /** May have been here before. */
  returning: boolean;
}

export function createVisitorTalk({ shell, client, locale, returning }: VisitorTalkDeps): VisitorTalk {
  const layout = createLayout(shell.narrow);
  layout.view.value = "chat";
  const parts = createTalkParts({
    client,
    online: shell.online,
    visible: shell.visible,
    toast: shell.toast,
    t: visitorChatEnglish,
    schedule: beforeNextFrame,
    fetchPicture: (documentId, page) =>
      fetchCited(client, parts.chat.conversation.peek()?.id ?? null, { documentId, page }),
    // The server knows what the embed answers from.
    chosen: () => [],
    choose: () => {},
    // Nothing of the person is kept in the host's page: after a reload the server is asked.
    remember: () => {},
  });
  const reopening = signal(returning);
  if (returning)
    void reopen(client, parts.chat).finally(() => {
      reopening.value = false;
    });

  return {
    ...parts,
    t: { chat: visitorChatEnglish },
    format: createFormat(locale),
    client,
    toast: shell.toast,
    documents: { list: computed(() => []), isGone: () => false },
    layout,
    view: layout.view,
    page: layout.page,
    openPage: layout.openPage,
    closePage: layout.closePage,
    reopening,
    dispose() {
      void parts.conversations.flush().catch(() => {});
      layout.reset();
      parts.chat.draft.value = "";
      parts.chat.dispose();
      parts.conversations.clear();
      parts.pages.clear();
    },
  };
}

/** The conversation of this visit, and its answer if one is still being written. */
async function reopen(client: VisitorClient, chat: TalkModel["chat"]): Promise<void> {
  const page = await client.conversations.list({ limit: 1 }).catch(() => null);
  const last = page?.data[0];
  if (!last || Date.now() - Date.parse(last.updated_at) > sameVisitMs) return;
  if (chat.turns.peek().length > 0) return;
  await chat.open(last.id);
  if (chat.opening.peek()?.failed) chat.fresh();
}

/** A visitor has pages by signed addresses alone: one that has run out is signed afresh with its message. */
async function fetchCited(
  client: VisitorClient,
  conversationId: Id | null,
  wanted: { documentId: Id; page: number },
): Promise<ImageBitmap> {
  for (let cursor: string | null | undefined; conversationId && cursor !== null; ) {
    const messages = await client.conversations.messages(conversationId, { limit: 100, cursor });
    const found = messages.data
      .flatMap(({ citations }) => citations)
      .find(({ document_id, page }) => document_id === wanted.documentId && page === wanted.page);
    if (found) return draw(client.url(found.page_image_url));
    cursor = messages.next_cursor;
  }
  throw new Error("No answer of this conversation cites that page");
}

/** As an image, which needs no leave to be read. */
async function draw(url: string): Promise<ImageBitmap> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return createImageBitmap(image);
}
