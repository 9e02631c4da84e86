// What went wrong, why, and the one thing to do about it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../icons.tsx";
import type { ProblemWords } from "../problem-words.ts";
import { useShell } from "../shell-context.ts";

/** `title` says what failed; without it the cause is the title. Drawn once the cause is known. */
export function Fault({ error, title, onRetry }: { error: unknown; title?: string; onRetry?: () => void }) {
  const { explain, t } = useShell();
  const words = useSignal<ProblemWords | null>(null);
  useEffect(() => {
    let current = true;
    explain(error).then((found) => {
      if (current) words.value = found;
    });
    return () => {
      current = false;
    };
  }, [error]);

  const known = words.value;
  if (!known) return null;
  return (
    <div class="fault" role="alert">
      <Icon name="warn" />
      <b>{title ?? known.title}</b>
      <p>
        {title && !known.requestId && <>{known.title}. </>}
        {known.text}
      </p>
      {(onRetry || known.requestId) && (
        <div class="row">
          {onRetry && (
            <button type="button" class="btn" onClick={onRetry}>
              {t.retry}
            </button>
          )}
          {known.requestId && <span class="meta">{t.request(known.requestId.slice(0, 13))}</span>}
        </div>
      )}
    </div>
  );
}
