// A document's first page as a picture; blank paper until there is one.
import type { Document } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";

const unopened: string[] = ["pdf-damaged", "pdf-empty", "pdf-encrypted"];

export function Picture({ document }: { document: Document }) {
  const { client } = useApp();
  const missing = useSignal<string | null>(null);
  // Of a file that could not be opened there is no page to draw.
  const opened = document.pages !== null && !unopened.includes(document.error?.code ?? "");
  const drawn = opened && missing.value !== document.thumbnail_url;
  return (
    <span class="pic">
      {drawn && (
        <img
          src={client.url(document.thumbnail_url)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => {
            missing.value = document.thumbnail_url;
          }}
        />
      )}
    </span>
  );
}
