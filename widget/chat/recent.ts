// A long conversation is drawn from its end: earlier turns join when the reader comes near them.
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/** Turns drawn at first, and joined at a time. */
const batchSize = 20;

export interface Recent {
  /** How many turns at the beginning are not drawn. */
  hidden: number;
  /** Stands above the first turn that is drawn. */
  edge: RefObject<HTMLDivElement | null>;
  showMore(): void;
}

/** `key`: another one is another conversation, drawn from its own end. */
export function useRecent(count: number, key: string | undefined, scroller: RefObject<HTMLElement | null>): Recent {
  const hidden: Signal<number> = useSignal(0);
  const shownKey = useRef<string | undefined>(undefined);
  const edge = useRef<HTMLDivElement>(null);
  /** Distance from the end before earlier turns joined: it is the same afterwards. */
  const fromEnd = useRef<number | null>(null);
  if (shownKey.current !== key) {
    shownKey.current = key;
    hidden.value = Math.max(0, count - batchSize);
  }
  const showMore = () => {
    const place = scroller.current;
    if (place) fromEnd.current = place.scrollHeight - place.scrollTop;
    hidden.value = Math.max(0, hidden.peek() - batchSize);
  };

  useLayoutEffect(() => {
    const place = scroller.current;
    if (!place || fromEnd.current === null) return;
    place.scrollTop = place.scrollHeight - fromEnd.current;
    fromEnd.current = null;
  }, [hidden.value]);
  useEffect(() => {
    if (!edge.current || hidden.value === 0) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && showMore(), {
      root: scroller.current,
      rootMargin: "800px 0px",
    });
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [hidden.value]);

  return { hidden: hidden.value, edge, showMore };
}
