// What is being read, under the growing text; when the answer is whole the sources stand in its place.
import type { Citation } from "@pagewise/sdk/contract";
import { useApp } from "../app-context.ts";
import { PagePicture } from "../page/page-picture.tsx";
import { pagesOf } from "./cited.ts";

const shownPages = 4;

export function Reading({ citations, stopping }: { citations: readonly Citation[]; stopping: boolean }) {
  const { t } = useApp();
  const pages = pagesOf(citations);
  if (pages.length === 0) return <p class="reading late">{t.chat.searching}</p>;
  return (
    <p class="reading">
      <span class="pics" aria-hidden="true">
        {pages.slice(0, shownPages).map((citation) => (
          <PagePicture key={`${citation.document_id} ${citation.page}`} citations={[citation]} />
        ))}
      </span>
      {stopping ? t.chat.stopping : t.chat.reading(pages.length)}
    </p>
  );
}
