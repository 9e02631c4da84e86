// Rows above the cards: files on their way, documents being read, and what could not be read.
import { isApiError } from "@pagewise/sdk";
import type { Document } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useApp } from "../app-context.ts";
import type { AppModel } from "../app-model.ts";
import { isUnfinished, matches } from "../documents-model.ts";
import { Icon } from "../icons.tsx";
import type { Strings } from "../strings.ts";
import type { FaultKind, Upload } from "../uploads-model.ts";
import { deleteWithUndo } from "./delete.ts";
import { Picture } from "./picture.tsx";

export function UnfinishedRows() {
  const { documents, t } = useApp();
  const found = useFoundUploads();
  const sending = found.filter((one) => one.state === "sending" || one.state === "offline");
  const waiting = found.filter((one) => one.state === "waiting");
  const unfinished = documents.found.value.filter(isUnfinished).reverse();
  const rows = [
    ...sending.map((one) => <UploadRow key={`u${one.id}`} upload={one} />),
    ...unfinished
      .filter((one) => one.status === "processing")
      .map((one) => <DocumentRow key={one.id} document={one} />),
    ...unfinished.filter((one) => one.status === "queued").map((one) => <DocumentRow key={one.id} document={one} />),
    ...waiting.map((one, index) => <UploadRow key={`u${one.id}`} upload={one} before={index + sending.length} />),
  ];
  return <Rows rows={rows} first={3} more={t.moreUnfinished} />;
}

export function FailedRows() {
  const { documents, t } = useApp();
  const rows = [
    ...useFoundUploads()
      .filter((one) => one.state === "failed")
      .map((one) => <FailedUploadRow key={`u${one.id}`} upload={one} />),
    ...documents.found.value
      .filter((one) => one.status === "failed")
      .map((one) => <FailedRow key={one.id} document={one} />),
  ];
  return <Rows rows={rows} first={2} more={t.moreFailed} />;
}

/** The files of this visit, narrowed to what is typed into the search field. */
export function useFoundUploads(): Upload[] {
  const { uploads, documents } = useApp();
  return uploads.uploads.value.filter(({ filename }) => matches({ title: "", filename }, documents.query.value));
}

/** The first few; the others behind one line that says how many they are. */
function Rows({ rows, first, more }: { rows: ComponentChildren[]; first: number; more: (n: number) => string }) {
  const { t } = useApp();
  const all = useSignal(false);
  if (rows.length === 0) return null;
  const folds = rows.length > first + 1;
  const hidden = folds ? rows.length - first : 0;
  return (
    <div class="notices">
      <ul class="notice-list">{folds && !all.value ? rows.slice(0, first) : rows}</ul>
      {folds && (
        <button
          type="button"
          class="more-rows"
          aria-expanded={all.value}
          onClick={() => {
            all.value = !all.value;
          }}
        >
          <Icon name="down" small />
          {all.value ? t.fewer : more(hidden)}
        </button>
      )}
    </div>
  );
}

function Row(props: {
  title: string;
  picture: ComponentChildren;
  text: ComponentChildren;
  progress?: number | null;
  close: { label: string; run: () => void };
  action?: { label: string; run: () => void } | null;
}) {
  return (
    <li class="notice">
      {props.picture}
      <div class="notice-text">
        <h3 class="notice-title" title={props.title}>
          <bdi>{props.title}</bdi>
        </h3>
        <p class="why num">{props.text}</p>
        {props.action && (
          <button type="button" class="link notice-link" onClick={props.action.run}>
            {props.action.label}
          </button>
        )}
      </div>
      <button
        type="button"
        class="icon-btn"
        aria-label={`${props.close.label}: ${props.title}`}
        onClick={props.close.run}
      >
        <Icon name="close" small />
      </button>
      {props.progress !== undefined && (
        <progress max={1} {...(props.progress === null ? {} : { value: props.progress })} aria-label={props.title} />
      )}
    </li>
  );
}

const blank = (
  <span class="pic pic-blank">
    <Icon name="file" small />
  </span>
);

function UploadRow({ upload, before }: { upload: Upload; before?: number }) {
  const { uploads, format, t } = useApp();
  const text =
    upload.state === "offline"
      ? t.waitingOffline
      : upload.state === "waiting"
        ? before
          ? t.waitingBehind(before)
          : t.waiting
        : upload.loaded >= upload.bytes
          ? t.sent
          : t.sending(format.bytes(upload.loaded, upload.bytes), format.bytes(upload.bytes));
  return (
    <Row
      title={upload.filename}
      picture={blank}
      text={text}
      close={{ label: t.cancel, run: () => uploads.cancel(upload.id) }}
      {...(upload.state !== "waiting" && { progress: upload.bytes > 0 ? upload.loaded / upload.bytes : 0 })}
    />
  );
}

function DocumentRow({ document }: { document: Document }) {
  const app = useApp();
  return (
    <Row
      title={document.title}
      picture={<Picture document={document} />}
      text={readingWords(document, app)}
      close={{ label: app.t.remove, run: () => deleteWithUndo(app, document) }}
      progress={document.status === "processing" ? document.progress : 0}
    />
  );
}

function readingWords({ status, pages, progress }: Document, { t, format }: AppModel): string {
  if (status === "queued") return t.waiting;
  if (pages === null) return t.opening;
  const page = Math.min(pages, Math.max(1, Math.round(progress * pages)));
  return t.readingPage(format.number(page), format.number(pages));
}

function FailedRow({ document }: { document: Document }) {
  const app = useApp();
  const { documents, toast, t } = app;
  const words = t.failures[document.error?.code ?? "internal-error"] ?? t.failures["internal-error"];
  const again = () => void documents.retry(document.id).catch(() => toast(t.retryFailed, { bad: true }));
  const mayHelp = ["internal-error", "pdf-too-complex"].includes(document.error?.code ?? "internal-error");
  return (
    <Row
      title={document.title}
      picture={<Picture document={document} />}
      text={<Why {...words} />}
      close={{ label: t.remove, run: () => deleteWithUndo(app, document) }}
      action={mayHelp ? { label: t.retry, run: again } : null}
    />
  );
}

/** The server's own words where it knows more than we do: which limit, how long to wait. */
function uploadWords(kind: FaultKind, error: unknown, t: Strings): { why: string; fix: string } {
  if (kind === "empty") return t.emptyFile;
  if (kind === "not-pdf") return t.notPdf;
  if (kind === "cut") return t.uploadCut;
  if (kind === "changed") return t.fileChanged;
  const said = isApiError(error) && error.status < 500 ? error.detail : "";
  if (kind === "too-large") return { why: t.tooLarge.why, fix: `${said} ${t.tooLarge.fix}`.trim() };
  return { why: t.notAdded.why, fix: said || t.notAdded.fix };
}

function FailedUploadRow({ upload }: { upload: Upload }) {
  const { uploads, t } = useApp();
  const kind = upload.fault?.kind ?? "refused";
  const words = uploadWords(kind, upload.fault?.error, t);
  const again = kind === "cut" || kind === "refused";
  return (
    <Row
      title={upload.filename}
      picture={blank}
      text={<Why {...words} />}
      close={{ label: t.remove, run: () => uploads.cancel(upload.id) }}
      action={again ? { label: t.retry, run: () => uploads.again(upload.id) } : null}
    />
  );
}

const Why = ({ why, fix }: { why: string; fix: string }) => (
  <>
    <b>{why}</b> {fix}
  </>
);
