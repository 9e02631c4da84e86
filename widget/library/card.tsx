// One document: its first page, its title, and what can be done with it.
import type { Document } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import type { TargetedMouseEvent } from "preact";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import { Menu, MenuItem } from "../parts/menu.tsx";
import { deleteWithUndo } from "./delete.ts";
import { Picture } from "./picture.tsx";
import { RenameField } from "./rename-field.tsx";

export function Card({ document }: { document: Document }) {
  const app = useApp();
  const { selection, layout, client, t } = app;
  const renaming = useSignal(false);
  const chosen = selection.ids.value.includes(document.id);

  const press = (event: TargetedMouseEvent<HTMLElement>) => {
    if (layout.choosing.value || event.ctrlKey || event.metaKey || event.shiftKey) selection.toggle(document.id);
    else selection.open([document.id]);
  };

  return (
    <li class="card" data-chosen={chosen || undefined} data-choosing={layout.choosing.value || undefined}>
      <button type="button" class="card-open" aria-pressed={chosen} title={document.title} onClick={press}>
        <Picture document={document} />
        {!renaming.value && (
          <span class="card-title">
            <bdi>{document.title}</bdi>
          </span>
        )}
        {!renaming.value && <CardMeta document={document} />}
      </button>
      {renaming.value && <RenameField document={document} editing={renaming} />}
      <label class="tick">
        <input
          type="checkbox"
          class="sr"
          checked={chosen}
          aria-label={t.choose1(document.title)}
          onChange={() => selection.toggle(document.id)}
        />
        <Icon name="check" small />
      </label>
      <Menu label={t.menu(document.title)} small class="card-more">
        <MenuItem
          icon="check"
          onPick={() => {
            layout.choosing.value = true;
            if (!chosen) selection.toggle(document.id);
          }}
        >
          {t.chooseSeveral}
        </MenuItem>
        <MenuItem
          icon="rename"
          onPick={() => {
            renaming.value = true;
          }}
        >
          {t.rename}
        </MenuItem>
        <MenuItem icon="download" href={client.url(document.file_url)} download={document.filename}>
          {t.download}
        </MenuItem>
        <hr />
        <MenuItem icon="delete" bad onPick={() => deleteWithUndo(app, document)}>
          {t.delete}
        </MenuItem>
      </Menu>
    </li>
  );
}

function CardMeta({ document }: { document: Document }) {
  const { format, t } = useApp();
  const unreadable = document.pages_unreadable.length;
  return (
    <span class="meta">
      <bdi>{t.pages(document.pages ?? 0, format.number(document.pages ?? 0))}</bdi>,{" "}
      <bdi>{unreadable > 0 ? t.unreadable(unreadable) : format.day(document.created_at)}</bdi>
    </span>
  );
}
