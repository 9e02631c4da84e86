// What is being read, under the growing text, and how it stands; when the answer is whole the sources stand in its place.
import { Icon } from "../icons.tsx";
import { PagePicture } from "../page/page-picture.tsx";
import { useTalk } from "../talk-context.ts";
import type { AnswerModel } from "./answer-model.ts";
import { pagesOf } from "./cited.ts";

const shownPages = 4;

export function Reading({ answer }: { answer: AnswerModel }) {
  const { t } = useTalk();
  const pages = pagesOf(answer.citations.value);
  const lost = answer.reconnecting.value;
  const state = answer.stopping.value ? t.chat.stopping : lost ? t.chat.reconnecting : null;
  return (
    <p class={pages.length > 0 || state ? "reading" : "reading late"}>
      {pages.length > 0 && (
        <span class="pics" aria-hidden="true">
          {pages.slice(0, shownPages).map((citation) => (
            <PagePicture key={`${citation.document_id} ${citation.page}`} citations={[citation]} />
          ))}
        </span>
      )}
      {lost && <Icon name="offline" small />}
      {state ?? (pages.length > 0 ? t.chat.reading(pages.length) : t.chat.searching)}
    </p>
  );
}
