// A part of the app that stands in a file of its own, fetched when it is first drawn.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useShell } from "../shell-context.ts";
import { Fault } from "./fault.tsx";

export interface Part {
  View: ComponentType;
  /** Its own stylesheet, adopted with it. */
  css: string;
}

/** Blank until it has come; `load` is asked anew each time, and the browser keeps what it has. */
export function Lazy({ load }: { load: () => Promise<Part> }) {
  const { adopt } = useShell();
  const part = useSignal<Part | null>(null);
  const error = useSignal<unknown>(null);
  const fetchPart = async () => {
    error.value = null;
    try {
      const loaded = await load();
      adopt(loaded.css);
      part.value = loaded;
    } catch (problem) {
      error.value = problem;
    }
  };
  useEffect(() => void fetchPart(), []);

  if (error.value !== null) return <Fault error={error.value} onRetry={fetchPart} />;
  const View = part.value?.View;
  return View ? <View /> : null;
}
