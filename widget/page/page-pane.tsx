// The page beside the chat: its document to leaf through, the cited passages marked, and the words in full below.
import { batch, useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { useMemo } from "preact/hooks";
import type { OpenPage } from "../layout-model.ts";
import { useTalk } from "../talk-context.ts";
import { PageHead } from "./page-head.tsx";
import { Passage } from "./passage.tsx";
import { Stage, type StageControl } from "./stage.tsx";
import { useArrival } from "./use-arrival.ts";

export function PagePane() {
  const { page } = useTalk();
  return page.value ? <Pane open={page.value} /> : null;
}

function Pane({ open }: { open: OpenPage }) {
  const { documents, page } = useTalk();
  const shown = useSignal(open.page);
  const zoom = useSignal(1);
  const stage = useMemo<StageControl>(() => ({ toPage: () => {}, focus: () => {} }), []);
  useArrival(stage);

  const document = documents.list.value.find((one) => one.id === open.documentId);
  const cited = open.citations.filter((one) => one.document_id === open.documentId);
  const title = document?.title ?? cited[0]?.title ?? "";
  const pages = document?.pages ?? null;
  const active = open.citations.find((one) => one.index === open.active);

  const step = (by: number) => {
    const at = active ? open.citations.indexOf(active) : -1;
    const next = open.citations[at + by];
    if (next) page.value = { ...open, documentId: next.document_id, page: next.page, active: next.index };
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    const rtl = getComputedStyle(event.currentTarget).direction === "rtl";
    const ways: Record<string, () => void> = {
      ArrowLeft: () => stage.toPage(shown.peek() + (rtl ? 1 : -1)),
      ArrowRight: () => stage.toPage(shown.peek() + (rtl ? -1 : 1)),
      n: () => step(1),
      p: () => step(-1),
    };
    // A zoomed page is moved by the arrows, as everywhere.
    if (event.key.startsWith("Arrow") && zoom.peek() > 1) return;
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    batch(way);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens for the keys of what stands inside it
    <div class="page-parts" onKeyDown={onKeyDown}>
      <PageHead title={title} pages={pages} shown={shown} zoom={zoom} toPage={(to) => stage.toPage(to)} />
      <Stage open={open} title={title} pages={pages} shown={shown} zoom={zoom} control={stage} />
      {active && (
        <Passage
          active={active}
          citations={open.citations}
          onStep={step}
          onShow={() => {
            page.value = { ...open };
          }}
        />
      )}
    </div>
  );
}
