// The desk with the document's pages on it: keeps the passage in sight, follows which page is read.
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { OpenPage } from "../layout-model.ts";
import { useTalk } from "../talk-context.ts";
import { Leaf } from "./leaf.tsx";
import { fitZoom, pageAt, pagesAround, toPassage } from "./places.ts";

/** What the pane may ask of its stage. */
export interface StageControl {
  toPage(page: number): void;
  focus(): void;
  place?(): HTMLElement | null;
}

interface StageProps {
  open: OpenPage;
  title: string;
  pages: number | null;
  shown: Signal<number>;
  zoom: Signal<number>;
  control: StageControl;
}

export function Stage({ open, title, pages, shown, zoom, control }: StageProps) {
  const { t } = useTalk();
  const place = useRef<HTMLElement>(null);
  /** The page around which pages are laid out. */
  const centre = useSignal(open.page);
  /** The reader has scrolled since the passage was brought into sight: a picture that comes late moves nothing. */
  const moved = useRef(false);
  /** The page that was brought into sight, and where the stage stands for it: short of its head where the desk ends. */
  const brought = useRef({ page: open.page, top: -1 });
  const listed = useMemo(() => pagesAround(open, pages, centre.value), [open, pages, centre.value]);

  control.place = () => place.current;
  control.focus = () => place.current?.focus({ preventScroll: true });
  control.toPage = (page) => {
    if (pages !== null && (page < 1 || page > pages)) return;
    moved.current = true;
    shown.value = page;
    if (!listed.includes(page)) centre.value = page;
    requestAnimationFrame(() => {
      leafOf(place.current, page)?.scrollIntoView({ block: "start", behavior: "instant" });
      brought.current = { page, top: place.current?.scrollTop ?? -1 };
    });
  };

  const show = () => {
    const leaf = leafOf(place.current, open.page);
    const active = open.citations.find((one) => one.index === open.active);
    if (!place.current || !leaf) return;
    toPassage(place.current, leaf, active?.rects ?? []);
    brought.current = { page: open.page, top: place.current.scrollTop };
  };

  const bringIntoSight = () => {
    const active = open.citations.find((one) => one.index === open.active);
    if (place.current && active) zoom.value = fitZoom(place.current.clientWidth, active.rects);
    requestAnimationFrame(show);
  };

  useLayoutEffect(() => {
    moved.current = false;
    shown.value = open.page;
    if (!listed.includes(open.page)) centre.value = open.page;
    bringIntoSight();
  }, [open]);

  // A phone that is turned or a window made narrow keeps its passage in sight.
  useEffect(() => {
    const stage = place.current;
    if (!stage) return;
    let width = stage.clientWidth;
    const sized = new ResizeObserver(() => {
      if (stage.clientWidth === width) return;
      width = stage.clientWidth;
      if (!moved.current) bringIntoSight();
    });
    sized.observe(stage);
    return () => sized.disconnect();
  }, [open]);

  // What is looked at stays in sight while it is made larger.
  useSignalEffect(() => {
    place.current?.style.setProperty("--zoom", String(zoom.value));
    if (!moved.current) requestAnimationFrame(show);
  });

  useEffect(() => {
    const stage = place.current;
    if (!stage) return;
    const onScroll = () => {
      const { page: wanted, top } = brought.current;
      const page = stage.scrollTop === top ? wanted : pageAt(stage);
      if (page) shown.value = page;
      if (page && pages !== null && Math.abs(page - centre.peek()) > 40) centre.value = page;
    };
    const onMove = () => {
      moved.current = true;
    };
    stage.addEventListener("scroll", onScroll, { passive: true });
    for (const kind of ["wheel", "touchmove", "keydown"]) stage.addEventListener(kind, onMove, { passive: true });
    return () => {
      stage.removeEventListener("scroll", onScroll);
      for (const kind of ["wheel", "touchmove", "keydown"]) stage.removeEventListener(kind, onMove);
    };
  }, [pages]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={place} class="scroll stage" aria-label={`${t.chat.pages}: ${title}`} tabIndex={0}>
      {listed.map((page) => (
        <Leaf
          key={`${open.documentId} ${page}`}
          open={open}
          page={page}
          title={title}
          onSize={() => {
            if (!moved.current) show();
          }}
        />
      ))}
    </section>
  );
}

function leafOf(stage: HTMLElement | null, page: number): HTMLElement | null {
  return stage?.querySelector<HTMLElement>(`[data-page="${page}"]`) ?? null;
}
