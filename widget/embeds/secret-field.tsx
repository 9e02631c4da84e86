// The secret by which the host's server names its visitors: shown once when it has been made, and made anew.

import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Fault } from "../parts/fault.tsx";
import { SectionHeading } from "../parts/screen.tsx";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";

/** At the top of the form, as long as nobody has taken it. */
export function SecretShown() {
  const { editor } = useEditor();
  const { model } = useEmbeds();
  const shown = model.secret.value;
  const place = useRef<HTMLElement>(null);
  const secret = shown?.id === editor.id ? shown.secret : null;
  // It may have been made at the other end of the form, in a dialog that still has the focus to give back.
  useEffect(() => {
    if (!secret) return;
    const frame = requestAnimationFrame(() => {
      place.current?.scrollIntoView({ block: "center" });
      place.current?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [secret]);
  return secret && <Shown place={place} secret={secret} />;
}

function Shown({ place, secret }: { place: RefObject<HTMLElement | null>; secret: string }) {
  const { model, t } = useEmbeds();
  return (
    <section ref={place} class="secret-shown" aria-label={t.secret} tabIndex={-1}>
      <SectionHeading>
        {t.secret} <span class="meta">{t.secretShown}</span>
      </SectionHeading>
      <output class="secret-text" dir="ltr">
        {secret}
      </output>
      <p class="hint">{t.secretShownNote}</p>
      <div class="row">
        <CopyButton text={secret} label={t.copySecret} t={t} />
        <button type="button" class="btn btn-quiet" onClick={model.forgetSecret}>
          {t.secretDone}
        </button>
      </div>
    </section>
  );
}

export function SecretField() {
  const { editor } = useEditor();
  const { model, t } = useEmbeds();
  const asking = useSignal(false);
  return (
    <fieldset>
      <legend>{t.secret}</legend>
      <p class="hint">{t.secretNote}</p>
      <p class="sr" role="status">
        {model.secret.value?.id === editor.id && t.secretSaid}
      </p>
      <div>
        <button
          type="button"
          class="btn"
          onClick={() => {
            asking.value = true;
          }}
        >
          {t.rotate}
        </button>
      </div>
      {asking.value && (
        <Rotate
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </fieldset>
  );
}

function Rotate({ onClose }: { onClose(): void }) {
  const { editor } = useEditor();
  const { model, t } = useEmbeds();
  const revokeNow = useSignal(false);
  const busy = useSignal(false);
  const fault = useSignal<unknown>(null);
  const rotate = async () => {
    if (busy.peek()) return;
    busy.value = true;
    fault.value = null;
    try {
      await model.rotateSecret(editor.id, revokeNow.peek());
      onClose();
    } catch (error) {
      fault.value = error;
      busy.value = false;
    }
  };
  const choices = [
    { now: false, name: t.rotateKeep, note: t.rotateKeepNote },
    { now: true, name: t.rotateNow, note: t.rotateNowNote },
  ];
  return (
    <Dialog title={t.rotateTitle} onClose={onClose}>
      <p id="rotate-note">{t.rotateNote}</p>
      {fault.value !== null && <Fault error={fault.value} title={t.rotateFailed} />}
      <div class="choices" role="radiogroup" aria-labelledby="rotate-note">
        {choices.map(({ now, name, note }) => (
          <label key={name}>
            <input
              type="radio"
              class="check"
              name="rotate"
              checked={revokeNow.value === now}
              onChange={() => {
                revokeNow.value = now;
              }}
            />
            <span>
              {name}
              <span class="hint">{note}</span>
            </span>
          </label>
        ))}
      </div>
      <div class="dialog-foot">
        <button type="button" class="btn btn-quiet" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" class="btn btn-primary" aria-disabled={busy.value} onClick={rotate}>
          {t.rotateDo}
        </button>
      </div>
    </Dialog>
  );
}
