// Closes the panel; where the widget is not a panel there is nothing to close.
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";

export function CloseButton() {
  const { options, t } = useApp();
  if (options.mode !== "panel" || !options.onClose) return null;
  return (
    <button type="button" class="icon-btn close-panel" aria-label={t.close} onClick={options.onClose}>
      <Icon name="close" />
    </button>
  );
}
