// The library's head: the name, Add PDF, and the account menu.
import { useRef } from "preact/hooks";
import type { Theme } from "../api.ts";
import { useApp } from "../app-context.ts";
import { Icon, type IconName, Mark } from "../icons.tsx";
import { CloseButton } from "../parts/close-button.tsx";
import { Menu, MenuItem } from "../parts/menu.tsx";

export function LibraryHead() {
  const { t } = useApp();
  return (
    <header class="head">
      <span class="brand grow">
        <Mark />
        {t.name}
      </span>
      <AddButton />
      <AccountMenu />
      <CloseButton />
    </header>
  );
}

function AddButton() {
  const { t } = useApp();
  return (
    <FileButton class="btn">
      <Icon name="add" />
      {t.add}
    </FileButton>
  );
}

/** A button that opens the system's file chooser and adds what is chosen. */
export function FileButton(props: { class: string; children: preact.ComponentChildren }) {
  const { uploads, t } = useApp();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={props.class} onClick={() => input.current?.click()}>
        {props.children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="application/pdf,.pdf"
        aria-label={t.choose}
        tabIndex={-1}
        onChange={(event) => {
          uploads.add(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

const themes: [Theme, IconName][] = [
  ["auto", "system"],
  ["light", "light"],
  ["dark", "dark"],
];

function AccountMenu() {
  const { session, options, screens, theme, signOut, t } = useApp();
  return (
    <Menu label={t.account}>
      {session.user.value && (
        <p class="menu-label meta">
          {t.signedInAs}
          <br />
          <bdi class="menu-email">{session.user.value.email}</bdi>
        </p>
      )}
      <hr />
      <MenuItem icon="code" onPick={() => screens.go({ at: "embeds" })}>
        {t.toEmbeds}
      </MenuItem>
      {/* Who comes with the host's own token has no password here. */}
      {!options.getToken && (
        <MenuItem icon="user" onPick={() => screens.go({ at: "account" })}>
          {t.toAccount}
        </MenuItem>
      )}
      <hr />
      {themes.map(([name, icon]) => (
        <MenuItem
          key={name}
          icon={icon}
          checked={theme.value === name}
          onPick={() => {
            theme.value = name;
          }}
        >
          {t.themes[name]}
        </MenuItem>
      ))}
      {!options.getToken && (
        <>
          <hr />
          <MenuItem icon="signOut" onPick={signOut}>
            {t.signOut}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
