// A citation in the text: a numeral on a dab of marker that shows its quote and opens its page.
import type { Citation } from "@pagewise/sdk/contract";
import type { ComponentChildren } from "preact";
import { useTalk } from "../talk-context.ts";
import { useAnswer } from "./answer-context.ts";

/** Whether the page beside the chat shows this very citation. */
function useIsOpen(citation: Citation | undefined): boolean {
  const open = useTalk().page.value;
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
  const { client, t } = useTalk();
  const { open, unpeek, names } = useAnswer();
  const isOpen = useIsOpen(citation);
  const source = t.chat.source(citation.index, citation.page);
  return (
    <a
      class={name ? "cite is-named" : "cite"}
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
      {name ? <Named citation={citation} name={name} /> : citation.index}
    </a>
  );
}

/** Its page cannot be opened any more; its words can still be read. */
function GoneChip({ citation, name }: ChipProps) {
  const { t } = useTalk();
  const { peek } = useAnswer();
  return (
    <>
      {/* A button may stand alone at a line's start where a link may not. */}
      {"\u2060"}
      <button
        type="button"
        class={name ? "cite is-named is-gone" : "cite is-gone"}
        aria-label={`${t.chat.source(citation.index, citation.page)}: ${citation.title}. ${t.chat.documentGone}`}
        onClick={(event) => {
          event.currentTarget.focus();
          peek(citation, event.currentTarget, "focus");
        }}
        {...useGlance(citation)}
      >
        {name ? <Named citation={citation} name={name} /> : citation.index}
      </button>
    </>
  );
}

/** The marker lies on the numeral alone: a page of names in it would mark nothing. */
function Named({ citation, name }: { citation: Citation; name: string }) {
  const { t } = useTalk();
  return (
    <>
      <span class="cite-number">{citation.index}</span>{" "}
      <span class="cite-name">
        <bdi>{name}</bdi> {t.chat.page(citation.page)}
      </span>
    </>
  );
}

interface ChipsProps {
  indexes: readonly number[];
  text: string;
  /** The citation before them in the same paragraph. */
  before: number | undefined;
  /** What must not be parted from the last of them. */
  children: ComponentChildren;
}

/** Neighbouring citations, kept together; a number that stands for nothing stays as it was written. */
export function CiteChips({ indexes, text, before, children }: ChipsProps) {
  const { documents } = useTalk();
  const { find, names } = useAnswer();
  const found = indexes.flatMap((index) => find(index) ?? []);
  if (found.length === 0)
    return (
      <>
        {text}
        {children}
      </>
    );
  const chips = found.map((citation, at) => {
    const last = at > 0 ? found[at - 1] : before === undefined ? undefined : find(before);
    const isSaid = last?.document_id === citation.document_id && last.page === citation.page;
    const name = isSaid ? null : (names.value.get(citation.document_id) ?? null);
    const Chip = documents.isGone(citation.document_id) ? GoneChip : CiteChip;
    return <Chip key={citation.index} citation={citation} name={name} />;
  });
  if (names.value.size === 0)
    return (
      <span class="cites">
        {chips}
        {children}
      </span>
    );
  return (
    <>
      {chips.slice(0, -1)}
      <span class="cites">
        {chips.at(-1)}
        {children}
      </span>
    </>
  );
}
