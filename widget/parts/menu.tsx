// A button with a menu in the top layer: closes on Escape and on a press elsewhere, arrows move within it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedKeyboardEvent, TargetedMouseEvent } from "preact";
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "../icons.tsx";

/** `label` names button and menu. What is inside is drawn only while it is open. */
export function Menu(props: {
  label: string;
  icon?: IconName;
  small?: boolean;
  class?: string;
  children: ComponentChildren;
}) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  const onToggle = (event: { newState: string }) => {
    open.value = event.newState === "open";
    if (event.newState === "closed") return;
    requestAnimationFrame(() => {
      if (!button.current || !menu.current) return;
      place(menu.current, button.current);
      items(menu.current)[0]?.focus();
    });
  };
  // The browser ties the two together, so that the press which closes the menu does not open it again.
  const tie = (element: HTMLDivElement | null) => {
    menu.current = element;
    if (button.current && element) button.current.popoverTargetElement = element;
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        class={`icon-btn ${props.class ?? ""}`}
        aria-label={props.label}
        aria-haspopup="menu"
        aria-expanded={open.value}
      >
        <Icon name={props.icon ?? "more"} small={props.small ?? false} />
      </button>
      <div
        ref={tie}
        popover="auto"
        class="menu"
        role="menu"
        aria-label={props.label}
        onToggle={onToggle}
        onKeyDown={move}
      >
        {open.value && props.children}
      </div>
    </>
  );
}

export function MenuItem(props: {
  icon?: IconName;
  /** Given for a choice of one among several. */
  checked?: boolean;
  bad?: boolean;
  /** A link instead of a button. */
  href?: string;
  download?: string;
  onPick?: () => void;
  children: ComponentChildren;
}) {
  const pick = (event: TargetedMouseEvent<HTMLElement>) => {
    event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
    props.onPick?.();
  };
  const shared = {
    class: `menu-item${props.bad ? " is-bad" : ""}`,
    role: props.checked === undefined ? ("menuitem" as const) : ("menuitemradio" as const),
    tabIndex: -1,
    onClick: pick,
    ...(props.checked !== undefined && { "aria-checked": props.checked }),
  };
  const inside = (
    <>
      {props.icon && <Icon name={props.icon} />}
      <span>{props.children}</span>
      {props.checked && <Icon name="check" small class="tail" />}
    </>
  );
  return props.href === undefined ? (
    <button type="button" {...shared}>
      {inside}
    </button>
  ) : (
    <a href={props.href} download={props.download} target="_blank" rel="noopener" {...shared}>
      {inside}
    </a>
  );
}

const items = (menu: Element) => [...menu.querySelectorAll<HTMLElement>(".menu-item")];

/** Below the button, its end edges in line; above where there is no room; never off the screen. */
function place(menu: HTMLElement, button: HTMLElement) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const start = getComputedStyle(button).direction === "rtl" ? at.left : at.right - width;
  const below = at.bottom + 4;
  const top = below + height > innerHeight - 8 ? at.top - height - 4 : below;
  menu.style.left = `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}

function move(event: TargetedKeyboardEvent<HTMLElement>) {
  const all = items(event.currentTarget);
  const root = event.currentTarget.getRootNode() as ShadowRoot | Document;
  const now = all.indexOf(root.activeElement as HTMLElement);
  const keys: Record<string, number> = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
  const next = keys[event.key];
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  all.at(next % all.length)?.focus();
}
