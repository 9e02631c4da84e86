// A part of the app that stands in a file of its own, fetched when it is first drawn.
import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useShell } from "../shell-context.ts";
import { Fault } from "./fault.tsx";

export interface Part<P = object> {
  View: ComponentType<P>;
  /** Its own stylesheet, adopted with it. */
  css: string;
}

interface LazyProps<P> {
  load: () => Promise<Part<P>>;
  /** What the part is given. */
  of: P;
}

/** Blank until it has come; `load` is asked anew each time, and the browser keeps what it has. */
export function Lazy<P extends object>({ load, of }: LazyProps<P>) {
  const { adopt, online } = useShell();
  const part = useSignal<Part<P> | null>(null);
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
  useSignalEffect(() => {
    if (online.value && error.peek() !== null) void fetchPart();
  });

  if (error.value !== null) return <Fault error={error.value} onRetry={fetchPart} />;
  const View = part.value?.View;
  return View ? <View {...of} /> : null;
}
