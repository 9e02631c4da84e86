// A page as a small picture with its passages marked: in the sources, beside quotes, on the card of a chip.
import type { Citation } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useTalk } from "../talk-context.ts";
import { Marks } from "./marks.tsx";
import { mergeRects } from "./rects.ts";

/** The frame's own proportions: most pages fill it, a wide one lies at its head. */
const frameRatio = 595 / 842;

export function PagePicture({ citations }: { citations: readonly [Citation, ...Citation[]] }) {
  const { client, pages } = useTalk();
  const { document_id, page } = citations[0];
  const ratio = useSignal(pages.ratio(document_id, page));
  const state = useSignal<"loading" | "ready" | "failed">("loading");
  const rects = useMemo(() => mergeRects(citations.flatMap((one) => one.rects)), [citations]);
  return (
    <span class="pic">
      <span class="fit" style={{ "--ratio": ratio.value, "--share": Math.min(1, ratio.value / frameRatio) }}>
        <img
          src={client.url(citations[0].page_image_url)}
          alt=""
          decoding="async"
          hidden={state.value === "failed"}
          onLoad={(event) => {
            const { naturalWidth, naturalHeight } = event.currentTarget;
            if (naturalHeight > 0) {
              ratio.value = naturalWidth / naturalHeight;
              pages.learnRatio(document_id, page, ratio.value);
            }
            state.value = "ready";
          }}
          onError={() => {
            state.value = "failed";
          }}
        />
        {state.value === "ready" && <Marks rects={rects} />}
      </span>
    </span>
  );
}
