// How to put an embed on a site, and how much it was asked there.

import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { SectionHeading } from "../parts/screen.tsx";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";
import { pageCode, scriptTag, serverCode } from "./tag.ts";
import { Usage } from "./usage.tsx";

export function Use() {
  const { options } = useApp();
  const { editor } = useEditor();
  const { t } = useEmbeds();
  const explaining = useSignal(false);
  const place = { server: options.server, publicKey: editor.saved.value?.public_key ?? "" };
  return (
    <div class="use">
      <section aria-labelledby="embed-tag">
        <header>
          <SectionHeading id="embed-tag">{t.putOn}</SectionHeading>
          <span class="meta">{t.before}</span>
        </header>
        <Code text={scriptTag(place)} wraps />
        <div class="row">
          <CopyButton text={scriptTag(place)} t={t} />
          <button
            type="button"
            class="link use-more"
            onClick={() => {
              explaining.value = true;
            }}
          >
            {t.recognise}
          </button>
        </div>
      </section>
      <Usage />
      {explaining.value && (
        <Recognise
          {...place}
          onClose={() => {
            explaining.value = false;
          }}
        />
      )}
    </div>
  );
}

function Recognise({ onClose, ...place }: { server: string; publicKey: string; onClose(): void }) {
  const { t } = useEmbeds();
  const both = [
    { title: t.recogniseServer, text: serverCode(place) },
    { title: t.recognisePage, text: pageCode(place) },
  ];
  return (
    <Dialog title={t.recogniseTitle} onClose={onClose} wide>
      <div class="scroll recognise">
        <p>{t.recogniseNote}</p>
        {both.map(({ title, text }) => (
          <section key={title} class="recognise-step">
            <header>
              <h3>{title}</h3>
              <CopyButton text={text} label={`${t.copy}: ${title}`} t={t} />
            </header>
            <Code text={text} />
          </section>
        ))}
      </div>
      <div class="dialog-foot">
        <button type="button" class="btn" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

function Code({ text, wraps }: { text: string; wraps?: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre class={wraps ? "snippet is-wrapped" : "snippet"} dir="ltr" tabIndex={0}>
      <code>{text}</code>
    </pre>
  );
}
