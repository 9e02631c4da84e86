// The page's head: the way back, the document's title, leafing, zoom, close.
import type { Signal } from "@preact/signals";
import { Icon } from "../icons.tsx";
import { CloseButton } from "../parts/close-button.tsx";
import { useTalk } from "../talk-context.ts";

const zoomSteps: readonly number[] = [1, 1.4, 2, 3];

interface PageHeadProps {
  title: string;
  /** null where it is not known: then only the cited pages are here. */
  pages: number | null;
  shown: Signal<number>;
  zoom: Signal<number>;
  toPage(page: number): void;
}

export function PageHead({ title, pages, shown, zoom, toPage }: PageHeadProps) {
  const { t, closePage } = useTalk();
  const page = shown.value;
  const bigger = zoomSteps.find((step) => step > zoom.value + 0.01);
  const smaller = zoomSteps.findLast((step) => step < zoom.value - 0.01);
  const setZoom = (next: number | undefined) => {
    if (next) zoom.value = next;
  };
  return (
    <header class="head">
      <button type="button" class="icon-btn only-narrow" aria-label={t.chat.backToAnswer} onClick={closePage}>
        <Icon name="back" />
      </button>
      <h2 class="grow one-line title" dir="auto" title={title}>
        {title}
      </h2>
      {pages !== null && (
        <>
          <button
            type="button"
            class="icon-btn"
            aria-label={t.chat.pageBefore}
            disabled={page <= 1}
            onClick={() => toPage(page - 1)}
          >
            <Icon name="back" />
          </button>
          <span class="pageno num">
            <bdi>{t.chat.pageNumber(page, pages)}</bdi>
          </span>
          <button
            type="button"
            class="icon-btn"
            aria-label={t.chat.pageAfter}
            disabled={page >= pages}
            onClick={() => toPage(page + 1)}
          >
            <Icon name="next" />
          </button>
        </>
      )}
      {smaller && (
        <button type="button" class="icon-btn only-wide" aria-label={t.chat.zoomOut} onClick={() => setZoom(smaller)}>
          <Icon name="zoomOut" />
        </button>
      )}
      <button
        type="button"
        class="icon-btn only-wide"
        aria-label={t.chat.zoomIn}
        disabled={!bigger}
        onClick={() => setZoom(bigger)}
      >
        <Icon name="zoomIn" />
      </button>
      <button type="button" class="icon-btn only-wide" aria-label={t.chat.closePage} onClick={closePage}>
        <Icon name="close" />
      </button>
      <span class="only-narrow">
        <CloseButton />
      </span>
    </header>
  );
}
