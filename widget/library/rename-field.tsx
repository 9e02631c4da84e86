// A title being changed in its place: Enter or leaving keeps it, Escape puts it back.
import type { Document } from "@pagewise/sdk/contract";
import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";

export function RenameField({ document, editing }: { document: Document; editing: Signal<boolean> }) {
  const { documents, toast, t } = useApp();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const save = async (typed: string) => {
    if (!editing.peek()) return;
    editing.value = false;
    const title = typed.replace(/\s+/g, " ").trim();
    if (title === "" || title === document.title) return;
    await documents.rename(document.id, title).catch(() => {
      toast(t.renameFailed, {
        bad: true,
        action: { label: t.retry, run: () => void documents.rename(document.id, title) },
      });
    });
  };

  return (
    <textarea
      ref={field}
      class="input rename"
      rows={2}
      maxLength={200}
      dir="auto"
      aria-label={t.renameLabel}
      defaultValue={document.title}
      onBlur={(event) => save(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          void save(event.currentTarget.value);
        } else if (event.key === "Escape") {
          event.stopPropagation();
          editing.value = false;
        }
      }}
    />
  );
}
