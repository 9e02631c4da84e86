// A screen of its own beside the workspace: its head with the way back, and the focus when it comes.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import type { Screen } from "../screen-model.ts";
import { CloseButton } from "./close-button.tsx";

interface ScreenProps {
  title: string;
  /** What it is called for assistive technology, where that is not the title. */
  label?: string;
  back: { to: Screen; label: string };
  class?: string;
  /** At the end of the head. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function ScreenPart({ title, label = title, back, class: extra, actions, children }: ScreenProps) {
  const { options, screens } = useApp();
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  // On a host page the first heading is the host's.
  const Heading = options.mode === "page" ? "h1" : "h2";
  return (
    <section ref={place} class={`screen ${extra ?? ""}`} aria-label={label} tabIndex={-1}>
      <header class="head">
        <button type="button" class="icon-btn" aria-label={back.label} onClick={() => screens.go(back.to)}>
          <Icon name="back" />
        </button>
        <Heading class="screen-title one-line grow" dir="auto">
          {title}
        </Heading>
        {actions}
        <CloseButton />
      </header>
      {children}
    </section>
  );
}

/** The heading of a section of a screen. */
export function SectionHeading({ id, children }: { id?: string; children: ComponentChildren }) {
  const Heading = useApp().options.mode === "page" ? "h2" : "h3";
  return (
    <Heading id={id} class="section-heading">
      {children}
    </Heading>
  );
}
