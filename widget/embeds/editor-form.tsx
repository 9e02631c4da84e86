// What an embed is: its documents, where it may stand, its words, colours and limits.
import { useApp } from "../app-context.ts";
import { Fault } from "../parts/fault.tsx";
import { ColoursField } from "./colours-field.tsx";
import { DocumentsField } from "./documents-field.tsx";
import { maxOrigins, maxStarters } from "./draft.ts";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";
import { LinesField } from "./lines-field.tsx";
import { RemoveField } from "./remove-field.tsx";
import { SecretField, SecretShown } from "./secret-field.tsx";
import { TextField } from "./text-field.tsx";

export function EditorForm() {
  const { toast } = useApp();
  const { editor } = useEditor();
  const { t } = useEmbeds();
  const save = async (event: Event) => {
    event.preventDefault();
    if (editor.unsaved.peek() && (await editor.save())) toast(t.saved);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) void save(event);
  };
  return (
    <form id="embed-form" class="editor-form scroll" onSubmit={save} onKeyDown={onKeyDown} noValidate>
      <SecretShown />
      {editor.fault.value !== null && <Fault error={editor.fault.value} title={t.notSaved} />}
      <DocumentsField />
      <Origins />
      <Words />
      <ColoursField />
      <Limits />
      <SecretField />
      <RemoveField />
    </form>
  );
}

function Origins() {
  const { editor, draft } = useEditor();
  const { t } = useEmbeds();
  return (
    <fieldset>
      <legend>{t.where}</legend>
      {draft.allowed_origins.length === 0 && <p class="hint is-warn">{t.nowhereNote}</p>}
      <LinesField
        label={t.where}
        field="allowed_origins"
        most={maxOrigins}
        name={t.origin}
        add={t.addOrigin}
        input={{ type: "url", inputMode: "url", dir: "ltr", autocapitalize: "none", spellcheck: false, maxLength: 300 }}
        onInstead={(at, text) => {
          editor.edit({ allowed_origins: draft.allowed_origins.with(at, text) });
          editor.settle("allowed_origins");
        }}
      />
      <p class="hint">{t.originHint}</p>
    </fieldset>
  );
}

function Words() {
  const { t } = useEmbeds();
  return (
    <fieldset>
      <legend>{t.words}</legend>
      <TextField field="name" label={t.name} maxLength={100} dir="auto" />
      <TextField field="greeting" label={t.greeting} maxLength={500} dir="auto" />
      <div class="field">
        <span class="label">{t.starters}</span>
        <LinesField
          label={t.starters}
          field="starters"
          most={maxStarters}
          name={t.starter}
          add={t.addStarter}
          input={{ dir: "auto", maxLength: 200 }}
        />
      </div>
      <TextField
        field="locale"
        label={t.locale}
        placeholder={t.localePlaceholder}
        hint={t.localeHint}
        maxLength={35}
        dir="ltr"
        autocapitalize="none"
        spellcheck={false}
      />
    </fieldset>
  );
}

function Limits() {
  const { t } = useEmbeds();
  const number = { inputMode: "numeric", dir: "ltr", maxLength: 12, class: "num" } as const;
  return (
    <fieldset>
      <legend>{t.limits}</legend>
      <div class="pair">
        <TextField field="daily_message_limit" label={t.daily} placeholder={t.noLimit} {...number} />
        <TextField field="visitor_message_limit" label={t.visitor} placeholder={t.noLimit} {...number} />
        <TextField field="address_message_limit" label={t.address} placeholder={t.asVisitor} {...number} />
      </div>
      <p class="hint">{t.limitsHint}</p>
    </fieldset>
  );
}
