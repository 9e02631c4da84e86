// A question or a choice that has to be answered before anything else goes on: a modal dialog in the top layer.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  title: string;
  /** Escape, or a press beside it. */
  onClose(): void;
  wide?: boolean;
  children: ComponentChildren;
}

/** Open as long as it is drawn; the focus goes back to where it was. */
export function Dialog({ title, onClose, wide, children }: DialogProps) {
  const place = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = (place.current?.getRootNode() as ShadowRoot | undefined)?.activeElement;
    place.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={place}
      class={`dialog${wide ? " is-wide" : ""}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      onKeyDown={(event) => {
        // It closes this, not the panel around it.
        if (event.key === "Escape") event.stopPropagation();
      }}
    >
      <div class="dialog-sheet">
        <h2 id={heading} class="dialog-title">
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
