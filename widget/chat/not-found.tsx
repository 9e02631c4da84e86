// The documents hold no answer: the nearest passages, so that the reader can judge.
import type { Citation } from "@pagewise/sdk/contract";
import { useAnswer } from "../answer/answer-context.ts";
import { PagePicture } from "../page/page-picture.tsx";
import { useTalk } from "../talk-context.ts";
import { quoted } from "./cited.ts";

const shownPassages = 2;

export function NotFound({ citations }: { citations: readonly Citation[] }) {
  const { t, documents } = useTalk();
  const { open } = useAnswer();
  const there = citations.filter(({ document_id }) => !documents.isGone(document_id));
  if (there.length === 0) return null;
  return (
    <div class="closest">
      <p class="closest-head">{t.chat.closest}</p>
      {there.slice(0, shownPassages).map((citation) => (
        <button key={citation.index} type="button" class="passage" onClick={() => open(citation)}>
          <PagePicture citations={[citation]} />
          <span class="passage-words">
            <q dir="auto">{quoted(citation.quote)}</q>
            <span class="meta" dir="auto">
              {t.chat.titlePage(citation.title, citation.page)}
            </span>
          </span>
        </button>
      ))}
    </div>
  );
}
