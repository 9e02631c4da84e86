// The documents that an embed answers from, chosen among those that have been read.
import type { Document } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { matches } from "../documents-model.ts";
import { Icon } from "../icons.tsx";
import { Picture } from "../library/picture.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FieldError } from "../parts/field-error.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { maxDocuments } from "./draft.ts";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";

export function DocumentsField() {
  const { documents } = useApp();
  const { editor, draft } = useEditor();
  const { t } = useEmbeds();
  const choosing = useSignal(false);
  const fault = editor.faults.value.get("/document_ids");
  const byId = new Map(documents.list.value.map((one) => [one.id, one]));
  const chosen = draft.document_ids.flatMap((id) => byId.get(id) ?? []);
  return (
    <fieldset>
      <legend>{t.answersFrom}</legend>
      {chosen.length > 0 && (
        <ul class="embed-documents">
          {chosen.map((document) => (
            <li key={document.id}>
              <Picture document={document} />
              <span class="grow one-line" dir="auto" title={document.title}>
                {document.title}
              </span>
              <Pages document={document} />
              <button
                type="button"
                class="icon-btn"
                aria-label={t.removeDocument(document.title)}
                onClick={() => editor.edit({ document_ids: draft.document_ids.filter((id) => id !== document.id) })}
              >
                <Icon name="close" small />
              </button>
            </li>
          ))}
        </ul>
      )}
      {chosen.length === 0 && documents.status.value === "ready" && <p class="hint is-warn">{t.noDocumentsYet}.</p>}
      <div>
        <button
          type="button"
          class="btn"
          aria-invalid={fault !== undefined}
          aria-describedby="embed-documents-error"
          onClick={() => {
            choosing.value = true;
          }}
        >
          <Icon name="add" />
          {t.chooseDocuments}
        </button>
      </div>
      <FieldError id="embed-documents-error" text={fault?.text ?? null} />
      <p class="hint">{t.visitorsRead}</p>
      {choosing.value && (
        <Chooser
          onClose={() => {
            choosing.value = false;
          }}
        />
      )}
    </fieldset>
  );
}

function Pages({ document }: { document: Document }) {
  const { format } = useApp();
  const { t } = useEmbeds();
  return <span class="meta">{t.pages(document.pages ?? 0, format.number(document.pages ?? 0))}</span>;
}

function Chooser({ onClose }: { onClose(): void }) {
  const { documents } = useApp();
  const { editor, draft } = useEditor();
  const { t } = useEmbeds();
  const query = useSignal("");
  const ready = documents.ready.value;
  const found = ready.filter((document) => matches(document, query.value));
  const ids = draft.document_ids;
  const full = ids.length >= maxDocuments;
  const toggle = (id: string) =>
    editor.edit({ document_ids: ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id] });
  return (
    <Dialog title={t.chooseTitle} onClose={onClose} wide>
      {ready.length === 0 && <p>{t.chooseNone}</p>}
      {ready.length > 8 && <SearchField query={query} label={t.findDocument} />}
      {ready.length > 0 && found.length === 0 && <p class="hint">{t.noneCalled(query.value.trim())}</p>}
      <ul class="chooser scroll">
        {found.map((document) => (
          <li key={document.id}>
            <label>
              <input
                type="checkbox"
                class="check"
                checked={ids.includes(document.id)}
                disabled={full && !ids.includes(document.id)}
                onChange={() => toggle(document.id)}
              />
              <Picture document={document} />
              <span class="grow chooser-title" dir="auto">
                {document.title}
              </span>
              <Pages document={document} />
            </label>
          </li>
        ))}
      </ul>
      <div class="dialog-foot">
        <span class="meta grow" role="status">
          {full ? t.tooManyDocuments(maxDocuments) : t.chosen(ids.length)}
        </span>
        <button type="button" class="btn btn-primary" onClick={onClose}>
          {t.done}
        </button>
      </div>
    </Dialog>
  );
}
