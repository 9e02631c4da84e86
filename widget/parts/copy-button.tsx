// Copies a text and says so in its own place.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { copyText } from "../answer/copy-text.ts";
import { Icon } from "../icons.tsx";

const shownMs = 2_000;

export interface CopyWords {
  copy: string;
  copied: string;
  copyFailed: string;
}

/** `label`: for assistive technology, where the words alone do not say what is copied. */
export function CopyButton({ text, label, t }: { text: string; label?: string; t: CopyWords }) {
  const state = useSignal<"copied" | "failed" | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (near: HTMLElement) => {
    state.value = (await copyText(text, near)) ? "copied" : "failed";
    clearTimeout(timer.current);
    if (state.peek() === "copied") timer.current = setTimeout(() => (state.value = null), shownMs);
  };
  return (
    <>
      <button type="button" class="btn" aria-label={label} onClick={(event) => copy(event.currentTarget)}>
        <Icon name={state.value === "copied" ? "check" : "copy"} small />
        {state.value === "copied" ? t.copied : t.copy}
      </button>
      <span class={state.value === "failed" ? "error" : "sr"} role="status">
        {state.value === "copied" && t.copied}
        {state.value === "failed" && t.copyFailed}
      </span>
    </>
  );
}
