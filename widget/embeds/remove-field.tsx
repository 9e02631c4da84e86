// Deletes an embed, after saying what goes with it.
import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Fault } from "../parts/fault.tsx";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";

export function RemoveField() {
  const { t } = useEmbeds();
  const asking = useSignal(false);
  return (
    <div class="editor-remove">
      <button
        type="button"
        class="btn btn-bad"
        onClick={() => {
          asking.value = true;
        }}
      >
        {t.remove}
      </button>
      {asking.value && (
        <Remove
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </div>
  );
}

function Remove({ onClose }: { onClose(): void }) {
  const { screens, toast } = useApp();
  const { editor } = useEditor();
  const { model, t } = useEmbeds();
  const busy = useSignal(false);
  const fault = useSignal<unknown>(null);
  const name = editor.saved.value?.name ?? "";
  const remove = async () => {
    if (busy.peek()) return;
    busy.value = true;
    fault.value = null;
    try {
      await editor.remove();
    } catch (error) {
      fault.value = error;
      busy.value = false;
      return;
    }
    model.drop(editor.id);
    toast(t.removed(name));
    // What was unsaved has gone with it.
    screens.unsaved.value = false;
    screens.go({ at: "embeds" });
  };
  return (
    <Dialog title={t.removeTitle(name)} onClose={onClose}>
      {fault.value !== null && <Fault error={fault.value} title={t.removeFailed} />}
      <p>{t.removeNote}</p>
      <ul class="goes">
        {t.removeGoes.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <p>{t.removeStays}</p>
      <div class="dialog-foot">
        <button type="button" class="btn btn-quiet" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" class="btn btn-bad-primary" aria-disabled={busy.value} onClick={remove}>
          {t.removeDo}
        </button>
      </div>
    </Dialog>
  );
}
