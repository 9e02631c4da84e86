// The toasts, in one live region that is always there.

import { Icon } from "../icons.tsx";
import { useShell } from "../shell-context.ts";

export function Toasts() {
  const { toasts } = useShell();
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, bad, action }) => (
        <div key={id} class={`toast${bad ? " is-bad" : ""}`}>
          {bad ? <Icon name="warn" /> : !action && <Icon name="check" />}
          <span class="toast-text">{text}</span>
          {action && (
            <button type="button" class="btn btn-quiet" onClick={action.run}>
              {action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
