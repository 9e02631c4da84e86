// The focus goes to the page that is opened, and back to what opened it.
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useTalk } from "../talk-context.ts";
import type { StageControl } from "./stage.tsx";

export function useReturn(stage: StageControl): void {
  const { page } = useTalk();
  const opener = useRef<HTMLElement | null>(null);

  useSignalEffect(() => {
    if (!page.value) return;
    const active = activeElement(stage.place?.());
    // Stepping through passages within the pane changes nothing about where to go back to.
    if (!active || active.closest(".pane.page")) return;
    opener.current = active;
    requestAnimationFrame(() => stage.focus());
  });
  useEffect(
    () => () => {
      const back = opener.current;
      // Where one pane replaces another the chat has to be there again first.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => back?.isConnected && back.focus({ preventScroll: true })),
      );
    },
    [],
  );
}

function activeElement(place: HTMLElement | null | undefined): HTMLElement | null {
  const root = place?.getRootNode() as ShadowRoot | Document | undefined;
  return (root?.activeElement as HTMLElement | null | undefined) ?? null;
}
