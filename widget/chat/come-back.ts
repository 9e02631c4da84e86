// Goes on asking after a lost connection: a server that is away says nothing when it is back.
import { type Client, isApiError } from "@pagewise/sdk";
import { effect, type ReadonlySignal } from "@preact/signals";

/** Between two looks, when the quick tries were in vain. */
export const slowLookMs = 10_000;

export interface ComeBackDeps {
  client: Pick<Client, "conversations">;
  /** Somebody looks at the page: behind it nothing is asked for. */
  visible: ReadonlySignal<boolean>;
  isLost: ReadonlySignal<boolean>;
  slowMs: number;
  /** The server answers again. */
  onBack(): void;
}

/** @returns what ends it. */
export function whenBack({ client, visible, isLost, slowMs, onBack }: ComeBackDeps): () => void {
  let hasReturned = false;
  return effect(() => {
    if (!isLost.value) return;
    if (!visible.value) {
      hasReturned = true;
      return;
    }
    const left = new AbortController();
    const later = (ms: number) => {
      const timer = setTimeout(look, ms);
      left.signal.onabort = () => clearTimeout(timer);
    };
    const look = async () => {
      const back = await client.conversations.list({ limit: 1 }, { signal: left.signal }).then(
        () => true,
        (error) => isApiError(error) && error.status < 500,
      );
      if (left.signal.aborted) return;
      if (back) onBack();
      else later(slowMs);
    };
    later(hasReturned ? 0 : slowMs);
    hasReturned = false;
    return () => left.abort();
  });
}
