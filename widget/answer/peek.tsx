// What a chip shows while it is pointed at or has the focus: the words, and where they stand.
import type { Citation } from "@pagewise/sdk/contract";
import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { quoted } from "../chat/cited.ts";
import { PagePicture } from "../page/page-picture.tsx";
import { useTalk } from "../talk-context.ts";

/** A glance is not a question: the pointer has to rest, and may cross the gap to the card. */
const restMs = 140;
const leaveMs = 160;

interface Glance {
  citation: Citation | null;
  anchor: HTMLElement;
}

export interface PeekControl {
  /** `citation` is null beside words that no page was found for. */
  shown: ReadonlySignal<Glance | null>;
  show(citation: Citation | null, anchor: HTMLElement, how: "pointer" | "focus"): void;
  hide(how: "pointer" | "focus"): void;
  /** The pointer is over the card itself: it stays. */
  keep(): void;
}

export function usePeek(): PeekControl {
  const shown = useSignal<Glance | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    const later = (ms: number, run: () => void) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(run, ms);
    };
    const close = () => {
      shown.value = null;
    };
    return {
      shown,
      show: (citation, anchor, how) => {
        if (shown.peek()?.anchor === anchor) clearTimeout(timer.current);
        else
          later(how === "focus" || shown.peek() ? 0 : restMs, () => {
            shown.value = { citation, anchor };
          });
      },
      hide: (how) => {
        if (how === "focus") {
          clearTimeout(timer.current);
          close();
        } else later(leaveMs, close);
      },
      keep: () => clearTimeout(timer.current),
    };
  }, []);
}

export function Peek({ peek }: { peek: PeekControl }) {
  const card = useRef<HTMLDivElement>(null);
  const now = peek.shown.value;

  useSignalEffect(() => {
    const next = peek.shown.value;
    const place = card.current;
    if (!place) return;
    if (!next?.anchor.isConnected) {
      if (place.matches(":popover-open")) place.hidePopover();
      return;
    }
    // After the card has been drawn with its new words.
    requestAnimationFrame(() => {
      if (peek.shown.peek() !== next) return;
      if (!place.matches(":popover-open")) place.showPopover();
      position(place, next.anchor);
    });
  });

  useEffect(() => {
    const root = card.current?.getRootNode();
    const onKey = (event: Event) => {
      if (!peek.shown.peek() || (event as KeyboardEvent).key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      peek.hide("focus");
    };
    const onScroll = () => peek.shown.peek() && peek.hide("focus");
    root?.addEventListener("keydown", onKey, true);
    root?.addEventListener("scroll", onScroll, true);
    return () => {
      root?.removeEventListener("keydown", onKey, true);
      root?.removeEventListener("scroll", onScroll, true);
    };
  }, []);

  return (
    <div
      ref={card}
      popover="manual"
      class={now?.citation ? "peek" : "peek is-words"}
      role="tooltip"
      onPointerEnter={peek.keep}
      onPointerLeave={() => peek.hide("pointer")}
    >
      {now && (now.citation ? <Quoted citation={now.citation} /> : <Unsupported />)}
    </div>
  );
}

function Quoted({ citation }: { citation: Citation }) {
  const { t, documents } = useTalk();
  const isGone = documents.isGone(citation.document_id);
  return (
    <>
      {isGone ? <span class="pic is-gone" /> : <PagePicture key={citation.page_image_url} citations={[citation]} />}
      <div>
        <blockquote dir="auto">{quoted(citation.quote)}</blockquote>
        <p class="meta" dir="auto">
          {t.chat.titlePage(citation.title, citation.page)}
        </p>
        {isGone && <p class="meta">{t.chat.documentGone}</p>}
      </div>
    </>
  );
}

function Unsupported() {
  const { t } = useTalk();
  return <p>{t.chat.unsupported}</p>;
}

/** Under the chip, its start on the chip's; above where there is no room; never off the screen or the panel's sides. */
function position(card: HTMLElement, anchor: HTMLElement) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const around = card.closest(".root")?.getBoundingClientRect();
  const left = Math.max(0, around?.left ?? 0);
  const right = Math.min(innerWidth, around?.right ?? innerWidth);
  const rtl = getComputedStyle(anchor).direction === "rtl";
  const start = rtl ? at.right + 16 - width : at.left - 16;
  const below = at.bottom + 8;
  const top = below + height > innerHeight - 8 ? at.top - height - 8 : below;
  card.style.left = `${Math.max(left + 8, Math.min(start, right - width - 8))}px`;
  card.style.top = `${Math.max(8, top)}px`;
}
