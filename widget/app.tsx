// The whole app: the sheet to sign in on, or the workspace.
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { Lazy } from "./parts/lazy.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { useShell } from "./shell-context.ts";
import { SignIn } from "./sign-in/sign-in.tsx";

const workspace = () => import("./workspace-part.ts");
const roles = { page: "main", inline: "region", panel: "dialog" } as const;

export function AppView() {
  const { options, session, theme, online, textPx, t } = useShell();
  const root = useRef<HTMLDivElement>(null);
  const signedIn = session.status.value === "in";

  // Signing in or out takes away what had the focus: it goes to what has come instead.
  const before = useRef(signedIn);
  useEffect(() => {
    if (before.current === signedIn) return;
    before.current = signedIn;
    root.current?.querySelector<HTMLElement>(signedIn ? ".app" : "[data-first]")?.focus({ preventScroll: true });
  }, [signedIn]);

  useEffect(() => {
    if (options.mode !== "panel") return;
    const place = root.current;
    const leave = (event: KeyboardEvent) => {
      // A menu or a field that is being edited has the first word on Escape.
      if (event.key !== "Escape" || event.defaultPrevented || place?.querySelector(":popover-open")) return;
      options.onClose?.();
    };
    place?.addEventListener("keydown", leave);
    return () => place?.removeEventListener("keydown", leave);
  }, []);

  return (
    <div
      ref={root}
      class="root"
      lang={t.language}
      dir={t.direction}
      data-mode={options.mode}
      data-theme={theme.value}
      data-accent={options.accent ? "" : undefined}
      style={{ "--rem": `${textPx}px`, ...(options.accent && { "--host-accent": options.accent }) }}
    >
      <div class="app" {...{ role: roles[options.mode], "aria-label": t.name }} tabIndex={-1}>
        {!online.value && (
          <p class="banner" role="status">
            <Icon name="offline" />
            {t.offlineBar}
          </p>
        )}
        {signedIn ? <Lazy load={workspace} /> : <SignIn onIntent={workspace} />}
      </div>
      <Toasts />
    </div>
  );
}
