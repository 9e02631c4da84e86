// The focus goes to the page that is opened.
import { useSignalEffect } from "@preact/signals";
import { useTalk } from "../talk-context.ts";
import type { StageControl } from "./stage.tsx";

export function useArrival(stage: StageControl): void {
  const { page } = useTalk();
  useSignalEffect(() => {
    if (!page.value) return;
    const active = activeElement(stage.place?.());
    // Stepping through passages within the page moves nothing.
    if (!active || active.closest(".page-parts")) return;
    // After the pane itself was given the focus, where it takes the chat's place.
    requestAnimationFrame(() => requestAnimationFrame(() => stage.focus()));
  });
}

function activeElement(place: HTMLElement | null | undefined): HTMLElement | null {
  const root = place?.getRootNode() as ShadowRoot | Document | undefined;
  return (root?.activeElement as HTMLElement | null | undefined) ?? null;
}
