// A fault in the thread: what happened, what is kept, and the one thing that helps.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";
import { type Fault, faultWords } from "./chat-problems.ts";

interface FaultCardProps {
  fault: Fault;
  /** What trying again is called here. */
  again?: string;
  onAgain(): void;
  onFresh(): void;
  onLibrary?: () => void;
}

export function FaultCard({ fault, again, onAgain, onFresh, onLibrary }: FaultCardProps) {
  const { t, chat } = useTalk();
  const { title, detail, remedy } = faultWords(fault, t.chat);
  const wait = useWait(fault.notBefore);
  return (
    <div class="fault" role="alert">
      <Icon name="warn" />
      <b>{title}</b>
      <p>{detail}</p>
      <div class="row">
        {remedy === "library" && onLibrary && (
          <button type="button" class="btn" onClick={onLibrary}>
            {t.chat.goToLibrary}
          </button>
        )}
        {remedy === "fresh" && (
          <button type="button" class="btn" onClick={onFresh}>
            {t.chat.askInNew}
          </button>
        )}
        {(remedy === "again" || remedy === "library") && (
          <button type="button" class="btn" disabled={wait > 0 || chat.busy.value} onClick={onAgain}>
            {wait > 0 ? t.chat.tryAgainIn(wait) : (again ?? t.chat.tryAgain)}
          </button>
        )}
        {fault.requestId && <span class="meta">{t.chat.request(fault.requestId.slice(0, 13))}</span>}
      </div>
    </div>
  );
}

/** Whole seconds until `notBefore`; 0 when it has come. */
function useWait(notBefore: number | null): number {
  const left = () => Math.max(0, Math.ceil(((notBefore ?? 0) - Date.now()) / 1_000));
  const seconds = useSignal(left());
  useEffect(() => {
    seconds.value = left();
    if (seconds.peek() === 0) return;
    const timer = setInterval(() => {
      seconds.value = left();
      if (seconds.peek() === 0) clearInterval(timer);
    }, 1_000);
    return () => clearInterval(timer);
  }, [notBefore]);
  return seconds.value;
}
