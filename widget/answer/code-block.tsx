// Code in an answer, with its language and a way to copy it.
import { useSignal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";
import { copyText } from "./copy-text.ts";

export function CodeBlock({ text, language }: { text: string; language: string }) {
  const { t, toast } = useTalk();
  const copied = useSignal(false);
  const copy = async (event: MouseEvent) => {
    copied.value = await copyText(text, event.currentTarget as HTMLElement);
    if (!copied.value) toast(t.chat.copyFailed, { bad: true });
  };
  return (
    <div class="code">
      <div class="code-head">
        <span class="meta grow">{language}</span>
        <button class="icon-btn" type="button" aria-label={t.chat.copyCode} title={t.chat.copyCode} onClick={copy}>
          <Icon name={copied.value ? "check" : "copy"} small />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre dir="ltr" tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}
