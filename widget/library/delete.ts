// Deletes a document after a while in which it can be undone.
import type { Document } from "@pagewise/sdk/contract";
import type { AppModel } from "../app-model.ts";

export function deleteWithUndo(app: AppModel, document: Document) {
  const { documents, selection, toast, t } = app;
  const wasChosen = selection.ids.peek().includes(document.id);
  if (wasChosen) selection.toggle(document.id);
  const { undo, done } = documents.remove(document.id);
  const dismiss = toast(t.deleted(document.title), {
    ms: documents.undoMs,
    action: {
      label: t.undo,
      run: () => {
        undo();
        if (wasChosen) selection.toggle(document.id);
        dismiss();
      },
    },
  });
  done.catch(() => {
    toast(t.deleteFailed(document.title), {
      bad: true,
      action: { label: t.retry, run: () => deleteWithUndo(app, document) },
    });
  });
}
