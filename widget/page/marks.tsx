// Strokes of the marker over a page picture, placed in fractions of the page.
import type { Rect } from "@pagewise/sdk/contract";

/** `rest`: another passage than the one that is looked at. */
export function Marks({ rects, rest }: { rects: readonly Rect[]; rest?: boolean }) {
  return (
    <>
      {rects.map(([x0, y0, x1, y1], index) => (
        <i
          key={index}
          class={rest ? "hl hl-rest" : "hl"}
          style={{ "--x0": x0, "--y0": y0, "--x1": x1, "--y1": y1 }}
          aria-hidden="true"
        />
      ))}
    </>
  );
}
