// What visitors see: the real panel, answering from what is saved, in the words and colours of the draft.
import type { EmbedSession } from "@pagewise/sdk/contract";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Theme } from "../api.ts";
import { useApp } from "../app-context.ts";
import { Fault } from "../parts/fault.tsx";
import { SectionHeading } from "../parts/screen.tsx";
import { Segments } from "../parts/segments.tsx";
import { mountVisitorPanel, type VisitorPanel } from "../visitor/preview.ts";
import { canonicalLocale, type Draft, isColour, tidy } from "./draft.ts";
import { useEditor } from "./editor-context.ts";
import type { EditorModel } from "./editor-model.ts";
import { useEmbeds } from "./embeds-context.ts";

export function Preview() {
  const { editor, draft } = useEditor();
  const { model, t } = useEmbeds();
  const look = useSignal<Theme>("auto");
  const saved = editor.saved.value;
  const waits = saved && `${saved.document_ids}` !== `${draft.document_ids}`;
  return (
    // Whoever leaves the preview may have asked something in it, which counts.
    <section class="preview" aria-label={t.preview} onFocusOut={() => void model.loadUsage(editor.id)}>
      <div class="preview-bar">
        <span class="meta grow">{saved?.enabled && waits ? t.previewDocuments : t.previewLive}</span>
        {draft.scheme === "auto" && <Segments label={t.previewAs} options={t.schemes} value={look} />}
      </div>
      {saved?.enabled ? (
        // How numbers are written is settled when it opens.
        <Panel key={`${saved.public_key} ${saved.locale}`} publicKey={saved.public_key} editor={editor} look={look} />
      ) : (
        <div class="preview-panel is-off">
          <SectionHeading>{t.previewOff}</SectionHeading>
          <p>{t.previewOffNote}</p>
        </div>
      )}
    </section>
  );
}

interface PanelProps {
  publicKey: string;
  editor: EditorModel;
  look: { readonly value: Theme };
}

function Panel({ publicKey, editor, look }: PanelProps) {
  const { options } = useApp();
  const { t } = useEmbeds();
  const place = useRef<HTMLDivElement>(null);
  const panel = useSignal<VisitorPanel | null>(null);
  const fault = useSignal<unknown>(null);
  const tried = useSignal(0);
  useEffect(() => {
    const parent = place.current;
    const draft = editor.draft.peek();
    if (!parent || !draft) return;
    let gone = false;
    mountVisitorPanel(parent, { server: options.server, key: publicKey, draft: faceOf(draft, look.value) }).then(
      (mounted) => {
        if (gone) mounted.destroy();
        else panel.value = mounted;
      },
      (error) => {
        fault.value = error;
      },
    );
    return () => {
      gone = true;
      panel.peek()?.destroy();
    };
  }, [tried.value]);
  useSignalEffect(() => {
    const draft = editor.draft.value;
    if (draft) panel.value?.update(faceOf(draft, look.value));
  });
  const again = () => {
    fault.value = null;
    tried.value++;
  };
  return (
    <div ref={place} class="preview-panel">
      {fault.value !== null && <Fault error={fault.value} title={t.previewFailed} onRetry={again} />}
    </div>
  );
}

/** The draft as visitors would be told of it; what is being typed and is not yet right is left out. */
function faceOf(draft: Draft, look: Theme): EmbedSession["embed"] {
  const { name, greeting, starters, locale, scheme, accent, marker } = tidy(draft);
  return {
    ...{ name, greeting, starters },
    locale: canonicalLocale(locale),
    theme: {
      scheme: scheme === "auto" ? look : scheme,
      accent: isColour(accent) ? accent : null,
      marker: isColour(marker) ? marker : null,
    },
  };
}
