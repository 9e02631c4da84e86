// A citation in the text: a numeral on a dab of marker that shows its quote and opens its page.
import type { Citation } from "@pagewise/sdk/contract";
import { useApp } from "../app-context.ts";
import { useAnswer } from "./answer-context.ts";

/** Whether the page beside the chat shows this very citation. */
function useIsOpen(citation: Citation | undefined): boolean {
  const open = useApp().page.value;
  if (!open || !citation) return false;
  return open.citations.find((one) => one.index === open.active) === citation;
}

function CiteChip({ citation }: { citation: Citation }) {
  const { client, t } = useApp();
  const { open, peek, unpeek } = useAnswer();
  const isOpen = useIsOpen(citation);
  return (
    <a
      class="cite"
      // A true address, for those who want the page in a window of its own.
      href={client.url(citation.page_image_url)}
      target="_blank"
      rel="noopener noreferrer"
      aria-current={isOpen ? "true" : undefined}
      aria-label={t.chat.source(citation.index, citation.page)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.focus();
        unpeek("focus");
        open(citation);
      }}
      // Moves, not the entering: text that grows under a resting pointer is not pointed at.
      onPointerMove={(event) => event.pointerType === "mouse" && peek(citation, event.currentTarget, "pointer")}
      onPointerLeave={() => unpeek("pointer")}
      onFocus={(event) => event.currentTarget.matches(":focus-visible") && peek(citation, event.currentTarget, "focus")}
      onBlur={() => unpeek("focus")}
    >
      {citation.index}
    </a>
  );
}

/** Neighbouring citations, kept together; a number that stands for nothing stays as it was written. */
export function CiteChips({ indexes, text }: { indexes: readonly number[]; text: string }) {
  const { find } = useAnswer();
  const found = indexes.flatMap((index) => find(index) ?? []);
  if (found.length === 0) return <>{text}</>;
  return (
    <span class="cites">
      {found.map((citation) => (
        <CiteChip key={citation.index} citation={citation} />
      ))}
    </span>
  );
}
