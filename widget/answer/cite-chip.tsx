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

interface ChipProps {
  citation: Citation;
  /** The document's short name, where the answer may be from several and the chip before does not say it. */
  name: string | null;
}

/** What pointing at a chip and reaching it by keyboard do, whatever the chip is. */
function useGlance(citation: Citation) {
  const { peek, unpeek } = useAnswer();
  return {
    // Moves, not the entering: text that grows under a resting pointer is not pointed at.
    onPointerMove: (event: PointerEvent & { currentTarget: HTMLElement }) =>
      event.pointerType === "mouse" && peek(citation, event.currentTarget, "pointer"),
    onPointerLeave: () => unpeek("pointer"),
    onFocus: (event: FocusEvent & { currentTarget: HTMLElement }) =>
      event.currentTarget.matches(":focus-visible") && peek(citation, event.currentTarget, "focus"),
    onBlur: () => unpeek("focus"),
  };
}

function CiteChip({ citation, name }: ChipProps) {
  const { client, t } = useApp();
  const { open, unpeek, names } = useAnswer();
  const isOpen = useIsOpen(citation);
  const source = t.chat.source(citation.index, citation.page);
  return (
    <a
      class="cite"
      // A true address, for those who want the page in a window of its own.
      href={client.url(citation.page_image_url)}
      target="_blank"
      rel="noopener noreferrer"
      aria-current={isOpen ? "true" : undefined}
      aria-label={names.value.size > 0 ? `${source}: ${citation.title}` : source}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.focus();
        unpeek("focus");
        open(citation);
      }}
      {...useGlance(citation)}
    >
      {citation.index}
      {name && <Name name={name} page={citation.page} />}
    </a>
  );
}

/** Its page cannot be opened any more; its words can still be read. */
function GoneChip({ citation, name }: ChipProps) {
  const { t } = useApp();
  const { peek } = useAnswer();
  return (
    <button
      type="button"
      class="cite is-gone"
      aria-label={`${t.chat.source(citation.index, citation.page)}: ${citation.title}. ${t.chat.documentGone}`}
      onClick={(event) => {
        event.currentTarget.focus();
        peek(citation, event.currentTarget, "focus");
      }}
      {...useGlance(citation)}
    >
      {citation.index}
      {name && <Name name={name} page={citation.page} />}
    </button>
  );
}

function Name({ name, page }: { name: string; page: number }) {
  const { t } = useApp();
  return (
    <span class="cite-name">
      <bdi>{name}</bdi> {t.chat.page(page)}
    </span>
  );
}

/** Neighbouring citations, kept together; a number that stands for nothing stays as it was written. */
export function CiteChips({ indexes, text }: { indexes: readonly number[]; text: string }) {
  const { documents } = useApp();
  const { find, names } = useAnswer();
  const found = indexes.flatMap((index) => find(index) ?? []);
  if (found.length === 0) return <>{text}</>;
  return (
    <span class={names.value.size > 0 ? "cites has-names" : "cites"}>
      {found.map((citation, at) => {
        const before = found[at - 1];
        const isSaid = before?.document_id === citation.document_id && before.page === citation.page;
        const name = isSaid ? null : (names.value.get(citation.document_id) ?? null);
        const Chip = documents.isGone(citation.document_id) ? GoneChip : CiteChip;
        return <Chip key={citation.index} citation={citation} name={name} />;
      })}
    </span>
  );
}
