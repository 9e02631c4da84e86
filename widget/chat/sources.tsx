// The pages that an answer stands on, as small pictures with their numbers; under their titles where there are several.
import type { Citation } from "@pagewise/sdk/contract";
import { useMemo } from "preact/hooks";
import { useAnswer } from "../answer/answer-context.ts";
import { PagePicture } from "../page/page-picture.tsx";
import { useTalk } from "../talk-context.ts";
import { groupSources, type Source } from "./cited.ts";

export function Sources({ used }: { used: readonly Citation[] }) {
  const { t } = useTalk();
  const groups = useMemo(() => groupSources(used), [used]);
  if (groups.length === 0) return <span />;
  return (
    <ul class="sources" aria-label={t.chat.sources}>
      {groups.map((group) => (
        <li key={group.documentId} class="source-group">
          {groups.length > 1 && (
            <p class="meta one-line" dir="auto" title={group.title}>
              {group.title}
            </p>
          )}
          <div class="source-row">
            {group.sources.map((source) => (
              <SourceView key={source.citations[0].page} source={source} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

function SourceView({ source }: { source: Source }) {
  const { documents } = useTalk();
  const { document_id } = source.citations[0];
  return documents.isGone(document_id) ? <GoneSource source={source} /> : <OpenSource source={source} />;
}

/** There is no page to open any more. */
function GoneSource({ source: { citations } }: { source: Source }) {
  const { t } = useTalk();
  const [first] = citations;
  return (
    <div class="source is-gone">
      <span class="pic is-gone" />
      <span class="cap">
        <span class="cites" aria-hidden="true">
          {citations.slice(0, 3).map((one) => (
            <span key={one.index} class="cite is-gone">
              {one.index}
            </span>
          ))}
        </span>
        <span class="sr">{`${t.chat.source(first.index, first.page)}: ${first.title}. `}</span>
        {t.chat.gonePage}
      </span>
    </div>
  );
}

function OpenSource({ source: { citations } }: { source: Source }) {
  const { page: open, t } = useTalk();
  const { open: openPage } = useAnswer();
  const [first] = citations;
  const active = open.value?.citations.find((one) => one.index === open.value?.active);
  const isOpen = active !== undefined && citations.includes(active);
  return (
    <button
      type="button"
      class="source"
      aria-current={isOpen ? "true" : undefined}
      onClick={(event) => {
        event.currentTarget.focus();
        openPage(first);
      }}
    >
      <PagePicture citations={citations} />
      <span class="cap">
        <span class="sr">{t.chat.sourceName} </span>
        <span class="cites">
          {citations.slice(0, 3).map((one) => (
            <span key={one.index} class="cite" aria-current={one === active ? "true" : undefined}>
              {one.index}{" "}
            </span>
          ))}
        </span>
        {t.chat.page(first.page)}
        <span class="sr">: {first.title}</span>
      </span>
    </button>
  );
}
