// Where things stand on the stage: which pages are laid out, which one is read, and how a passage comes into sight.
import type { Rect } from "@pagewise/sdk/contract";
import type { OpenPage } from "../layout-model.ts";
import { bounds } from "./rects.ts";

/** Pages laid out on each side of the one that is read; a document may have thousands. */
const around = 60;

/** All pages near `centre`; only the cited ones where the number of pages is not known. */
export function pagesAround(open: OpenPage, pages: number | null, centre: number): number[] {
  if (pages === null) {
    const cited = open.citations.filter((one) => one.document_id === open.documentId).map((one) => one.page);
    return [...new Set([...cited, open.page])].sort((a, b) => a - b);
  }
  const first = Math.max(1, centre - around);
  const last = Math.min(Math.max(pages, open.page), centre + around);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The page that lies across the upper third of the stage; at the very end the last one, which may never come so far up. */
export function pageAt(stage: HTMLElement): number | null {
  const { scrollTop, clientHeight, scrollHeight } = stage;
  const line = scrollTop + (scrollTop + clientHeight >= scrollHeight - 1 ? clientHeight : clientHeight / 3);
  let found: number | null = null;
  for (const leaf of stage.querySelectorAll<HTMLElement>("[data-page]")) {
    if (found !== null && leaf.offsetTop > line) break;
    found = Number(leaf.dataset.page);
  }
  return found;
}

/** On a narrow stage the passage is opened as wide as the stage; elsewhere the page stands whole. */
export function fitZoom(stageWidth: number, rects: readonly Rect[]): number {
  if (stageWidth >= 480 || rects.length === 0) return 1;
  const [x0, , x1] = bounds(rects);
  return Math.min(1.9, Math.max(1, 0.94 / Math.max(0.1, x1 - x0)));
}

/** Scrolls so that the passage stands a little above the middle, its head never cut off. */
export function toPassage(stage: HTMLElement, leaf: HTMLElement, rects: readonly Rect[]): void {
  const [x0, y0, x1, y1] = bounds(rects);
  const { offsetHeight: height, offsetWidth: width } = leaf;
  const top = leaf.offsetTop;
  if (rects.length === 0) {
    stage.scrollTo({ top: top - 16, behavior: "instant" });
    return;
  }
  const middle = top + ((y0 + y1) / 2) * height;
  const wanted = Math.min(middle - stage.clientHeight * 0.42, top + y0 * height - 24);
  // A page that fits is shown from its head.
  const fits = top + y1 * height - (top - 16) < stage.clientHeight * 0.85;
  const left = leaf.offsetLeft + ((x0 + x1) / 2) * width - stage.clientWidth / 2;
  stage.scrollTo({ top: fits ? top - 16 : wanted, left, behavior: "instant" });
}
