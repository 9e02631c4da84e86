// The words of the passage that is looked at, and the way to the next one.
import type { Citation } from "@pagewise/sdk/contract";
import { quoted } from "../chat/cited.ts";
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";

interface PassageProps {
  active: Citation;
  citations: readonly Citation[];
  onStep(by: 1 | -1): void;
  /** Back to the passage, for a reader who has leafed away from it. */
  onShow(): void;
}

export function Passage({ active, citations, onStep, onShow }: PassageProps) {
  const { t } = useTalk();
  const at = citations.indexOf(active);
  return (
    <footer class="passages">
      <button
        type="button"
        class="cite"
        aria-current="true"
        aria-label={t.chat.backToPassage(active.index)}
        onClick={onShow}
      >
        {active.index}
      </button>
      <blockquote dir="auto" aria-live="polite">
        <span class="sr">{t.chat.source(active.index, active.page)}: </span>
        <q>{quoted(active.quote)}</q>
      </blockquote>
      {citations.length > 1 && (
        <div class="step">
          <button
            type="button"
            class="icon-btn"
            aria-label={t.chat.sourceBefore}
            disabled={at <= 0}
            onClick={() => onStep(-1)}
          >
            <Icon name="back" />
          </button>
          <span class="meta">
            <bdi>{t.chat.sourceOf(at + 1, citations.length)}</bdi>
          </span>
          <button
            type="button"
            class="icon-btn"
            aria-label={t.chat.sourceAfter}
            disabled={at >= citations.length - 1}
            onClick={() => onStep(1)}
          >
            <Icon name="next" />
          </button>
        </div>
      )}
    </footer>
  );
}
