// One page on the desk: its picture when it comes near, the strokes of the marker, and a numbered tab at its edge.
import type { Citation } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { OpenPage } from "../layout-model.ts";
import { useTalk } from "../talk-context.ts";
import { LeafPicture } from "./leaf-picture.tsx";
import { Marks } from "./marks.tsx";
import { mergeRects } from "./rects.ts";

interface LeafProps {
  open: OpenPage;
  page: number;
  title: string;
  /** The page's own proportions have become known, and differ from the guess. */
  onSize(): void;
}

export function Leaf({ open, page, title, onSize }: LeafProps) {
  const { pages } = useTalk();
  const { documentId } = open;
  const place = useRef<HTMLElement>(null);
  const near = useSignal(page === open.page);
  const ratio = useSignal(pages.ratio(documentId, page));
  const drawn = useSignal(false);
  const cited = useMemo(
    () => open.citations.filter((one) => one.document_id === documentId && one.page === page),
    [open.citations, documentId, page],
  );

  useEffect(() => {
    if (!place.current || near.peek()) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) near.value = true;
      },
      { root: place.current.parentElement, rootMargin: "100% 0px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  if (page === open.page) near.value = true;

  return (
    <figure ref={place} class="leaf" data-page={page} style={{ "--ratio": ratio.value }}>
      <div class="sheet">
        {near.value && (
          <LeafPicture
            documentId={documentId}
            page={page}
            title={title}
            url={cited[0]?.page_image_url ?? null}
            onReady={(next) => {
              drawn.value = true;
              pages.learnRatio(documentId, page, next);
              if (Math.abs(next - ratio.peek()) < 0.002) return;
              ratio.value = next;
              requestAnimationFrame(onSize);
            }}
          />
        )}
        {/* Strokes over a page that is not there yet would mark nothing. */}
        {cited.map(
          (citation) =>
            drawn.value && (
              <PassageMarks key={citation.index} citation={citation} active={citation.index === open.active} />
            ),
        )}
      </div>
      <Flags cited={cited} open={open} />
    </figure>
  );
}

function PassageMarks({ citation, active }: { citation: Citation; active: boolean }) {
  const rects = useMemo(() => mergeRects(citation.rects), [citation]);
  return <Marks rects={rects} rest={!active} />;
}

/** Tabs at the page's edge, each beside its passage; those that would cover one another stand below. */
function Flags({ cited, open }: { cited: readonly Citation[]; open: OpenPage }) {
  const { page, t } = useTalk();
  const marked = cited.filter((one) => one.rects.length > 0);
  const heads = marked.map((one) => ({ one, y: Math.min(...one.rects.map((rect) => rect[1])) }));
  heads.sort((a, b) => a.y - b.y);
  let above = "";
  return (
    <>
      {heads.map(({ one, y }) => {
        const own = `${Math.max(0, y) * 100}%`;
        const top = above === "" ? own : `max(${own}, calc(${above} + 1.625 * var(--rem)))`;
        above = top;
        return (
          <button
            key={one.index}
            type="button"
            class={one.index === open.active ? "flag num" : "flag flag-rest num"}
            style={{ top }}
            aria-label={t.chat.source(one.index, one.page)}
            aria-pressed={one.index === open.active}
            onClick={() => {
              page.value = { ...open, page: one.page, active: one.index };
            }}
          >
            {one.index}
          </button>
        );
      })}
    </>
  );
}
