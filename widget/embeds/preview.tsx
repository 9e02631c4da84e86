// What visitors see: the real panel with the unsaved draft.
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";

export function Preview() {
  const { editor } = useEditor();
  const { t } = useEmbeds();
  return (
    <section class="preview" aria-label={t.preview}>
      <div class="preview-bar">
        <span class="meta">{t.previewLive}</span>
      </div>
      <div class="preview-panel">{editor.saved.value?.name}</div>
    </section>
  );
}
