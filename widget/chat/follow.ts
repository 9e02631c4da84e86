// Keeps a growing thread in view, but only for a reader who goes along: an answer is read from its beginning.
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** How near a place counts as being there, in px. */
const near = 48;
/** What is left above a question that is brought to the top, in px. */
const above = 24;

export interface Follow {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Nothing is left below. */
  atEnd: Signal<boolean>;
  /** "last": to the last question with what comes of it, as far as both are in view. */
  go(to: "last" | "end", smoothly?: boolean): void;
}

/** @param begun whether there is anything to follow: before that the beginning is what is to be seen */
export function useFollow(begun: () => boolean): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  /** What is kept in view as the thread grows; null for a reader who has gone elsewhere. */
  const kept = useRef<"last" | "end" | null>("last");
  const isNear = () => {
    const place = scroller.current;
    return !place || place.scrollHeight - place.scrollTop - place.clientHeight <= near;
  };
  const go = (to: "last" | "end", smoothly = false) => {
    kept.current = to;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scroller.current?.scrollTo({
      top: to === "end" ? scroller.current.scrollHeight : topOfLast(scroller.current),
      behavior: smoothly && !still ? "smooth" : "instant",
    });
    atEnd.value = to === "end" || isNear();
  };

  useEffect(() => {
    const place = scroller.current;
    const inside = content.current;
    if (!place || !inside) return;
    let top = 0;
    // Only scrolling ends the following: growth, and the way there, do not.
    const onScroll = () => {
      const past = place.scrollTop > topOfLast(place) + near;
      if (isNear()) kept.current = past ? "end" : "last";
      else if (place.scrollTop < top || (past && kept.current === "last")) kept.current = null;
      atEnd.value = kept.current === "end" || isNear();
      top = place.scrollTop;
    };
    const observer = new ResizeObserver(() => {
      if (kept.current && begun()) go(kept.current);
      else atEnd.value = isNear();
    });
    observer.observe(inside);
    observer.observe(place);
    place.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      place.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { scroller, content, atEnd, go };
}

/** Where the last question stands at the top, or all of it is in view. */
function topOfLast(place: HTMLElement): number {
  const end = place.scrollHeight - place.clientHeight;
  const last = place.querySelector(".turn.is-last");
  if (!last) return end;
  return Math.min(end, place.scrollTop + last.getBoundingClientRect().top - place.getBoundingClientRect().top - above);
}
