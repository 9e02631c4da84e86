// The editor of an embed: left what it is, right what visitors see, below that how to use it and how it is used.
import type { Id } from "@pagewise/sdk/contract";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import { Fault } from "../parts/fault.tsx";
import { ScreenPart, SectionHeading } from "../parts/screen.tsx";
import { Segments } from "../parts/segments.tsx";
import { EditorContext } from "./editor-context.ts";
import { EditorForm } from "./editor-form.tsx";
import { createEditor, type EditorModel } from "./editor-model.ts";
import { useEmbeds } from "./embeds-context.ts";
import { LeaveDialog } from "./leave-dialog.tsx";
import { Preview } from "./preview.tsx";
import { Use } from "./use.tsx";

type Part = "form" | "preview" | "use";

export function Editor({ id }: { id: Id }) {
  const { client, documents } = useApp();
  const { model, t } = useEmbeds();
  const editor = useMemo(() => createEditor({ client, id, t, isGone: documents.isGone, onSaved: model.put }), []);
  useEffect(() => {
    void editor.load();
    return () => {
      editor.dispose();
      model.forgetSecret();
    };
  }, []);
  useKeptChanges(editor);
  // The list knows its name before it has been loaded.
  const known = editor.saved.value ?? model.list.value.find((embed) => embed.id === id);
  return (
    <EditorContext.Provider value={editor}>
      <ScreenPart
        title={known?.name ?? ""}
        label={t.editorOf(known?.name ?? "")}
        back={{ to: { at: "embeds" }, label: t.backToEmbeds }}
        class="editor-screen"
        actions={editor.status.value === "ready" && <Actions editor={editor} />}
      >
        <Body editor={editor} />
      </ScreenPart>
      <LeaveDialog />
    </EditorContext.Provider>
  );
}

/** Nobody leaves unsaved changes unasked. */
function useKeptChanges(editor: EditorModel) {
  const { screens } = useApp();
  useSignalEffect(() => {
    screens.unsaved.value = editor.unsaved.value;
    if (!editor.unsaved.value) return;
    const warn = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  });
}

function Body({ editor }: { editor: EditorModel }) {
  const { screens } = useApp();
  const { t } = useEmbeds();
  const part = useSignal<Part>("form");
  const place = useRef<HTMLDivElement>(null);
  const status = editor.status.value;

  // Where the server or a check found a fault, the first of them is gone to.
  const seen = useRef(0);
  useSignalEffect(() => {
    if (editor.refusals.value === seen.current) return;
    seen.current = editor.refusals.value;
    part.value = "form";
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus());
  });

  if (status === "gone") {
    return (
      <div class="scroll embeds-empty">
        <SectionHeading>{t.gone}</SectionHeading>
        <p>{t.goneNote}</p>
        <button type="button" class="btn" onClick={() => screens.go({ at: "embeds" })}>
          {t.backToEmbeds}
        </button>
      </div>
    );
  }
  if (status === "failed") {
    return (
      <div class="scroll embeds-scroll">
        <Fault error={editor.problem.value} title={t.editorFailed} onRetry={editor.load} />
      </div>
    );
  }
  if (!editor.draft.value) return <div aria-busy="true" />;
  const names = { form: t.partForm, preview: t.partPreview, use: t.partUse };
  return (
    <div ref={place} class="editor" data-part={part.value}>
      <div class="editor-parts">
        <Segments label={t.parts} options={names} value={part} />
      </div>
      <EditorForm />
      <Preview />
      <Use />
    </div>
  );
}

function Actions({ editor }: { editor: EditorModel }) {
  const { toast } = useApp();
  const { t } = useEmbeds();
  const turning = useSignal(false);
  const enabled = editor.saved.value?.enabled ?? false;
  const turn = async () => {
    if (turning.peek()) return;
    turning.value = true;
    await editor.setEnabled(!enabled).then(
      () => toast(enabled ? t.turnedOff : t.turnedOn),
      () => toast(t.notSaved, { bad: true, action: { label: enabled ? t.turnOff : t.turnOn, run: () => void turn() } }),
    );
    turning.value = false;
  };
  return (
    <>
      <EditorState editor={editor} />
      <button type="button" class="btn" onClick={turn} aria-disabled={turning.value}>
        {enabled ? t.turnOff : t.turnOn}
      </button>
      <button
        type="submit"
        form="embed-form"
        class="btn btn-primary"
        aria-disabled={editor.busy.value || !editor.unsaved.value}
      >
        {editor.busy.value ? t.saving : t.save}
      </button>
    </>
  );
}

function EditorState({ editor }: { editor: EditorModel }) {
  const { t } = useEmbeds();
  const saved = editor.saved.value;
  const faults = editor.faults.value.size;
  const warning = faults > 0 ? t.notSavedFaults(faults) : saved?.allowed_origins.length === 0 ? t.nowhere : null;
  return (
    <p class="editor-state meta" role="status">
      {editor.unsaved.value && faults === 0 ? (
        t.unsaved
      ) : warning ? (
        <span class="is-warn">
          <Icon name="warn" small />
          {warning}
        </span>
      ) : (
        <span class={saved?.enabled ? "state is-on" : "state"}>{saved?.enabled ? t.on : t.off}</span>
      )}
    </p>
  );
}
