// What is wrong with a field, in a live region that is always there.
import { Icon } from "../icons.tsx";

export function FieldError({ id, text }: { id: string; text: string | null }) {
  return (
    <div id={id} class="field-fault" aria-live="polite">
      {text && (
        <p class="error">
          <Icon name="warn" small />
          {text}
        </p>
      )}
    </div>
  );
}
