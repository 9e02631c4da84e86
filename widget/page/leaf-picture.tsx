// The picture of one page: by its signed address where it was cited, else fetched and drawn on a canvas.
import type { Id } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";

interface LeafPictureProps {
  documentId: Id;
  page: number;
  title: string;
  url: string | null;
  onRatio(ratio: number): void;
}

type State = "loading" | "ready" | "failed";

export function LeafPicture({ documentId, page, title, url, onRatio }: LeafPictureProps) {
  const { client, t } = useApp();
  const state = useSignal<State>("loading");
  /** A signed address may have run out: the second try goes the other way. */
  const fetched = useSignal(url === null);
  const tries = useSignal(0);
  const alt = t.chat.pagePicture(page, title);
  const ready = (width: number, height: number) => {
    state.value = "ready";
    if (height > 0) onRatio(width / height);
  };

  return (
    <>
      {state.value === "loading" && <span class="page-bone late" />}
      {fetched.value ? (
        <Drawn key={tries.value} documentId={documentId} page={page} alt={alt} state={state} onReady={ready} />
      ) : (
        <img
          src={client.url(url ?? "")}
          alt={alt}
          decoding="async"
          draggable={false}
          onLoad={(event) => ready(event.currentTarget.naturalWidth, event.currentTarget.naturalHeight)}
          onError={() => {
            fetched.value = true;
          }}
        />
      )}
      {state.value === "failed" && (
        <div class="page-failed" role="alert">
          <Icon name="warn" />
          <p>{t.chat.pageFailed}</p>
          <button
            type="button"
            class="btn"
            onClick={() => {
              state.value = "loading";
              tries.value += 1;
            }}
          >
            {t.chat.tryAgain}
          </button>
        </div>
      )}
    </>
  );
}

interface DrawnProps {
  documentId: Id;
  page: number;
  alt: string;
  state: { value: State };
  onReady(width: number, height: number): void;
}

function Drawn({ documentId, page, alt, state, onReady }: DrawnProps) {
  const { pages } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let current = true;
    pages.picture(documentId, page).then(
      (picture) => {
        const place = canvas.current;
        if (!current || !place) return;
        place.width = picture.width;
        place.height = picture.height;
        place.getContext("2d")?.drawImage(picture, 0, 0);
        onReady(picture.width, picture.height);
      },
      () => {
        if (current) state.value = "failed";
      },
    );
    return () => {
      current = false;
    };
  }, []);
  return <canvas ref={canvas} role="img" aria-label={alt} />;
}
