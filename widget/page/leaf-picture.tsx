// The picture of one page: by its signed address where it was cited, else fetched and drawn on a canvas.
import type { Id } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";

interface LeafPictureProps {
  documentId: Id;
  page: number;
  title: string;
  url: string | null;
  /** The picture is there; its width over its height. */
  onReady(ratio: number): void;
}

type State = "loading" | "ready" | "failed";

export function LeafPicture({ documentId, page, title, url, onReady }: LeafPictureProps) {
  const { client, t } = useTalk();
  const state = useSignal<State>("loading");
  /** A signed address may have run out: the second try goes the other way. */
  const fetched = useSignal(url === null);
  const tries = useSignal(0);
  const alt = t.chat.pagePicture(page, title);
  const ready = (width: number, height: number) => {
    state.value = "ready";
    onReady(width / Math.max(1, height));
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
  const { pages } = useTalk();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let current = true;
    let observer: ResizeObserver | undefined;
    pages.picture(documentId, page).then(
      (picture) => {
        if (!current || !canvas.current) return;
        onReady(picture.width, picture.height);
        observer = new ResizeObserver(([entry]) => entry && draw(entry.target as HTMLCanvasElement, picture));
        observer.observe(canvas.current);
      },
      () => {
        if (current) state.value = "failed";
      },
    );
    return () => {
      current = false;
      observer?.disconnect();
    };
  }, []);
  return <canvas ref={canvas} role="img" aria-label={alt} />;
}

/** As many pixels as the screen shows: a larger canvas would be made smaller without care. */
function draw(canvas: HTMLCanvasElement, picture: ImageBitmap) {
  const width = Math.min(picture.width, Math.round(canvas.clientWidth * devicePixelRatio));
  if (width === 0 || width === canvas.width) return;
  canvas.width = width;
  canvas.height = Math.round((width * picture.height) / picture.width);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
}
