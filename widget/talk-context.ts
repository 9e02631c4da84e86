// What the chat, its answers and the cited page stand on, whoever asks; `useTalk()` reaches it.
import type { VisitorClient } from "@pagewise/sdk";
import type { Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ChatModel } from "./chat/chat-model.ts";
import type { ChatStrings } from "./chat/chat-strings.ts";
import type { ConversationsModel } from "./chat/conversations-model.ts";
import type { DocumentsModel } from "./documents-model.ts";
import type { Format } from "./format.ts";
import type { LayoutModel, OpenPage, View } from "./layout-model.ts";
import type { PagesModel } from "./page/pages-model.ts";
import type { ToastsModel } from "./toasts-model.ts";

export interface TalkModel {
  t: { chat: ChatStrings };
  format: Format;
  client: VisitorClient;
  toast: ToastsModel["toast"];
  chat: ChatModel;
  conversations: ConversationsModel;
  pages: PagesModel;
  /** What is known of documents beside what is cited of them: to a visitor, nothing. */
  documents: Pick<DocumentsModel, "list" | "isGone">;
  layout: LayoutModel;
  view: Signal<View>;
  page: Signal<OpenPage | null>;
  openPage: LayoutModel["openPage"];
  closePage: LayoutModel["closePage"];
}

export const TalkContext = createContext<TalkModel | null>(null);

export function useTalk(): TalkModel {
  const talk = useContext(TalkContext);
  if (!talk) throw new Error("useTalk() outside of <TalkContext.Provider>");
  return talk;
}
