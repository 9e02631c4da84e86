// Keeps the end of a growing thread in view, but only for a reader who is there already.
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** How near the end counts as being there, in px. */
const near = 48;

export interface Follow {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** The reader is at the end, and is kept there. */
  atEnd: Signal<boolean>;
  toEnd(smoothly?: boolean): void;
}

/** @param begun whether there is anything to follow: before that the beginning is what is to be seen */
export function useFollow(begun: () => boolean): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  const isNear = () => {
    const place = scroller.current;
    return !place || place.scrollHeight - place.scrollTop - place.clientHeight <= near;
  };
  const toEnd = (smoothly = false) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scroller.current?.scrollTo({
      top: scroller.current.scrollHeight,
      behavior: smoothly && !still ? "smooth" : "instant",
    });
    atEnd.value = true;
  };

  useEffect(() => {
    const place = scroller.current;
    const inside = content.current;
    if (!place || !inside) return;
    let top = 0;
    // Only scrolling back ends the following: growth, and the way to the end, do not.
    const onScroll = () => {
      if (isNear()) atEnd.value = true;
      else if (place.scrollTop < top) atEnd.value = false;
      top = place.scrollTop;
    };
    const observer = new ResizeObserver(() => {
      if (atEnd.peek() && begun()) toEnd();
    });
    observer.observe(inside);
    observer.observe(place);
    place.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      place.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { scroller, content, atEnd, toEnd };
}
