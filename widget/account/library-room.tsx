// How much the account keeps, and how much it may.
import type { LibraryUsage } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { SectionHeading } from "../parts/screen.tsx";
import { accountEnglish } from "./account-strings.ts";

/** Nothing where it cannot be had: it is only told by the way. */
export function LibraryRoom() {
  const { client, format } = useApp();
  const t = accountEnglish;
  const usage = useSignal<LibraryUsage | null>(null);
  useEffect(() => {
    const alive = new AbortController();
    client.users.usage({ signal: alive.signal }).then(
      (found) => {
        usage.value = found;
      },
      () => {},
    );
    return () => alive.abort();
  }, []);
  const now = usage.value;
  if (!now) return null;
  const { documents, bytes, max_documents, max_bytes } = now;
  const most = (limit: number | null, write: (limit: number) => string) => (limit === null ? null : write(limit));
  return (
    <section>
      <SectionHeading>{t.library}</SectionHeading>
      <ul class="room">
        <Share of={documents} most={max_documents}>
          {t.documents(format.number(documents), most(max_documents, format.number), documents)}
        </Share>
        <Share of={bytes} most={max_bytes}>
          {t.bytes(
            format.bytes(bytes),
            most(max_bytes, (limit) => format.bytes(limit)),
          )}
        </Share>
      </ul>
    </section>
  );
}

/** The words say it; the bar only shows how near the end is. */
function Share({ of, most, children }: { of: number; most: number | null; children: string }) {
  return (
    <li>
      {children}
      {most !== null && (
        <span class="room-bar" aria-hidden="true">
          <i style={{ inlineSize: `${Math.min(100, (of / most) * 100)}%` }} />
        </span>
      )}
    </li>
  );
}
