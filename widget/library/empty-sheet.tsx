// The empty library: a sheet to drop a file on, one button, and a sample to try.
import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { FileButton } from "./head.tsx";

export function EmptySheet() {
  const { uploads, options, toast, t } = useApp();
  const busy = useSignal(false);
  const trySample = async () => {
    if (busy.peek()) return;
    busy.value = true;
    try {
      const response = await fetch(`${options.server}/widget/sample.pdf`);
      if (!response.ok) throw new Error(`${response.status}`);
      uploads.add([new File([await response.blob()], t.sampleName, { type: "application/pdf" })]);
    } catch {
      toast(t.sampleFailed, { bad: true, action: { label: t.retry, run: () => void trySample() } });
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="drop fold">
      <h2 class="if-fine">{t.emptyTitle}</h2>
      <h2 class="if-coarse">{t.emptyTitleTouch}</h2>
      <p>{t.emptyText}</p>
      <FileButton class="btn btn-primary">{t.choose}</FileButton>
      <button type="button" class="link" onClick={trySample}>
        {t.sample}
      </button>
    </div>
  );
}
