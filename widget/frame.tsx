// The root of whatever is shown: its looks and direction, the line on being offline, and the toasts.
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { useShell } from "./shell-context.ts";

const roles = { page: "main", inline: "region", panel: "dialog", preview: "region" } as const;

interface FrameProps {
  /** What it is called for assistive technology. */
  label: string;
  app?: RefObject<HTMLDivElement | null>;
  children: ComponentChildren;
}

export function Frame({ label, app, children }: FrameProps) {
  const { options, theme, accent, marker, direction, online, textPx, t } = useShell();
  const root = useRef<HTMLDivElement>(null);

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
      dir={direction.value}
      // What is looked at beforehand is a panel that does not float.
      data-mode={options.mode === "preview" ? "panel" : options.mode}
      data-theme={theme.value}
      data-accent={accent.value ? "" : undefined}
      data-marker={marker.value ? "" : undefined}
      style={{
        "--rem": `${textPx}px`,
        ...(accent.value && { "--host-accent": accent.value }),
        ...(marker.value && { "--host-marker": marker.value }),
      }}
    >
      <div ref={app ?? null} class="app" {...{ role: roles[options.mode], "aria-label": label }} tabIndex={-1}>
        {!online.value && (
          <p class="banner" role="status">
            <Icon name="offline" />
            {t.offlineBar}
          </p>
        )}
        {children}
      </div>
      <Toasts />
    </div>
  );
}
