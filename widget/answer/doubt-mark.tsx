// Stands where a citation would: after words that no page was found for.
import { useTalk } from "../talk-context.ts";
import { useAnswer } from "./answer-context.ts";

export function DoubtMark() {
  const { t } = useTalk();
  const { peek, unpeek } = useAnswer();
  return (
    <>
      {/* Never alone at a line's start. */}
      {"\u2060"}
      <button
        type="button"
        class="cite doubt"
        aria-label={t.chat.unsupported}
        onClick={(event) => {
          event.currentTarget.focus();
          peek(null, event.currentTarget, "focus");
        }}
        onPointerMove={(event) => event.pointerType === "mouse" && peek(null, event.currentTarget, "pointer")}
        onPointerLeave={() => unpeek("pointer")}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && peek(null, event.currentTarget, "focus")}
        onBlur={() => unpeek("focus")}
      >
        ?
      </button>
    </>
  );
}
