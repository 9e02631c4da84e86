// What can be done with a conversation, wherever it is named: rename, save as a file, delete.
import type { Conversation } from "@pagewise/sdk/contract";
import type { Signal } from "@preact/signals";
import { Menu, MenuItem } from "../parts/menu.tsx";
import { useTalk } from "../talk-context.ts";
import { deleteConversation, saveConversation } from "./conversation-actions.ts";

interface ConversationMenuProps {
  conversation: Conversation;
  /** Set once its title is to be written. */
  renaming: Signal<boolean>;
  label: string;
  small?: boolean;
  class?: string;
}

export function ConversationMenu({ conversation, renaming, ...look }: ConversationMenuProps) {
  const app = useTalk();
  const { t } = app;
  return (
    <Menu {...look}>
      <MenuItem
        icon="rename"
        onPick={() => {
          renaming.value = true;
        }}
      >
        {t.chat.rename}
      </MenuItem>
      <MenuItem icon="download" onPick={() => void saveConversation(app, conversation, "markdown")}>
        {t.chat.saveMarkdown}
      </MenuItem>
      <MenuItem icon="download" onPick={() => void saveConversation(app, conversation, "json")}>
        {t.chat.saveJson}
      </MenuItem>
      <hr />
      <MenuItem icon="delete" bad onPick={() => deleteConversation(app, conversation)}>
        {t.chat.delete}
      </MenuItem>
    </Menu>
  );
}
