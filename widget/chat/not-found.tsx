// The documents hold no answer: the nearest passages, so that the reader can judge, and another question.
import type { Citation } from "@pagewise/sdk/contract";
import { useAnswer } from "../answer/answer-context.ts";
import { useApp } from "../app-context.ts";
import { PagePicture } from "../page/page-picture.tsx";
import { oneLine } from "./cited.ts";

const shownPassages = 2;

export function NotFound({ citations, onAnother }: { citations: readonly Citation[]; onAnother: (() => void) | null }) {
  const { t } = useApp();
  const { open } = useAnswer();
  const nearest = citations.slice(0, shownPassages);
  return (
    <div class="closest">
      {nearest.length > 0 && (
        <>
          <p class="closest-head">{t.chat.closest}</p>
          {nearest.map((citation) => (
            <button key={citation.index} type="button" class="passage" onClick={() => open(citation)}>
              <PagePicture citations={[citation]} />
              <span class="passage-words">
                <q dir="auto">{oneLine(citation.quote)}</q>
                <span class="meta" dir="auto">
                  {t.chat.titlePage(citation.title, citation.page)}
                </span>
              </span>
            </button>
          ))}
        </>
      )}
      {onAnother && (
        <button type="button" class="btn" onClick={onAnother}>
          {t.chat.another}
        </button>
      )}
    </div>
  );
}
