// Renaming, saving and deleting a conversation, with what the reader is told about it.
import type { Conversation, ExportFormat } from "@pagewise/sdk/contract";
import type { TalkModel } from "../talk-context.ts";

type Parts = Pick<TalkModel, "conversations" | "toast" | "t">;

export async function renameConversation(app: Parts, { id }: Conversation, title: string): Promise<void> {
  await app.conversations.rename(id, title).catch(() => app.toast(app.t.chat.renameFailed, { bad: true }));
}

/** As a file in the browser's downloads. */
export async function saveConversation(app: Parts, { id }: Conversation, format: ExportFormat): Promise<void> {
  try {
    const file = await app.conversations.file(id, format);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
    // The browser may still be reading it.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch {
    app.toast(app.t.chat.saveFailed, { bad: true });
  }
}

/** Gone from sight at once; the server hears of it when it can no longer be undone. */
export function deleteConversation(app: Parts, { id, title }: Conversation): void {
  const { t, toast, conversations } = app;
  const { undo, done } = conversations.remove(id);
  const close = toast(t.chat.deleted(title), {
    action: {
      label: t.chat.undo,
      run: () => {
        undo();
        close();
      },
    },
  });
  done.then(close, () => {
    close();
    toast(t.chat.deleteFailed, { bad: true });
  });
}
