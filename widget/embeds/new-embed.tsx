// A new embed needs a name and nothing else: it is made at once, so that its preview is the real thing.
import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Fault } from "../parts/fault.tsx";
import { FieldError } from "../parts/field-error.tsx";
import { useEmbeds } from "./embeds-context.ts";

export function NewEmbed({ onClose }: { onClose(): void }) {
  const { documents, selection, screens } = useApp();
  const { model, t } = useEmbeds();
  const name = useSignal("");
  const missing = useSignal(false);
  const busy = useSignal(false);
  const fault = useSignal<unknown>(null);

  const create = async (event: Event) => {
    event.preventDefault();
    if (busy.peek()) return;
    const given = name.peek().trim();
    missing.value = given === "";
    if (missing.peek()) return;
    busy.value = true;
    fault.value = null;
    try {
      const id = await model.create(given, documentsFor(selection.documents.peek(), documents.ready.peek()));
      screens.go({ at: "embed", id });
    } catch (error) {
      fault.value = error;
    } finally {
      busy.value = false;
    }
  };

  return (
    <Dialog title={t.newTitle} onClose={onClose}>
      <form class="dialog-form" onSubmit={create} noValidate>
        {fault.value !== null && <Fault error={fault.value} />}
        <div class="field">
          <label for="new-embed">{t.name}</label>
          <input
            class="input"
            id="new-embed"
            dir="auto"
            maxLength={100}
            autocomplete="off"
            aria-invalid={missing.value}
            aria-describedby="new-embed-error new-embed-note"
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
              missing.value = false;
            }}
          />
          <FieldError id="new-embed-error" text={missing.value ? t.nameMissing : null} />
          <p class="hint" id="new-embed-note">
            {t.newNote}
          </p>
        </div>
        <div class="dialog-foot">
          <button type="button" class="btn btn-quiet" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="btn btn-primary" aria-disabled={busy.value}>
            {busy.value ? t.creating : t.create}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The chosen ones; of a library with one document there is no choice. */
function documentsFor(chosen: readonly { id: string }[], ready: readonly { id: string }[]): string[] {
  const from = chosen.length > 0 ? chosen : ready.length === 1 ? ready : [];
  return from.map(({ id }) => id);
}
