// Closes the panel; where the widget is not a panel there is nothing to close.

import { Icon } from "../icons.tsx";
import { useShell } from "../shell-context.ts";

export function CloseButton() {
  const { options, t } = useShell();
  if (options.mode !== "panel" || !options.onClose) return null;
  return (
    <button type="button" class="icon-btn close-panel" aria-label={t.close} onClick={options.onClose}>
      <Icon name="close" />
    </button>
  );
}
