// The chat of who has a library: it names its documents, and the way to choose others.
import { useApp } from "../app-context.ts";
import { ChatHead } from "./chat-head.tsx";
import { ChatPane } from "./chat-pane.tsx";
import { FirstView } from "./first-view.tsx";
import { Scope, useScope } from "./scope.tsx";
import { TurnList } from "./turn-list.tsx";

export function OwnChat() {
  const { layout, t } = useApp();
  const { single } = useScope();
  const fits = single && single.length <= (layout.narrow.value ? 22 : 56);
  return (
    <ChatPane
      head={<ChatHead />}
      first={<FirstView />}
      Turns={TurnList}
      invitation={fits ? t.chat.askAbout(single) : t.chat.ask}
    >
      <Scope />
    </ChatPane>
  );
}
