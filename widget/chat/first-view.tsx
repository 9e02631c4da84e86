// Before the first question: the document introduces itself, and three questions to start with.
import type { Document } from "@pagewise/sdk/contract";
import { useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import { Picture } from "../library/picture.tsx";
import { type Starter, startersFor } from "./starters.ts";

const shownCovers = 3;

export function FirstView() {
  const { chat, documents, selection, view, t } = useApp();
  const ready = documents.ready.value;
  const chosen = selection.documents.value;
  const scope = chosen.length > 0 ? chosen : ready;
  const shown = scope.slice(0, shownCovers);
  const unfinished = documents.list.value.filter((one) => one.status === "queued" || one.status === "processing");

  const offered = useStarters(scope);

  // What the library does not know yet is not called empty.
  if (ready.length === 0 && documents.status.value !== "ready") return null;
  if (ready.length === 0) {
    return (
      <div class="first">
        <div class="hello">
          <h2>{unfinished.length > 0 ? t.chat.stillReading(unfinished.length) : t.chat.nothingYet}</h2>
          <p>{unfinished.length > 0 ? t.chat.stillReadingNote(unfinished.length) : t.chat.nothingYetNote}</p>
        </div>
        <button
          type="button"
          class="btn only-narrow"
          onClick={() => {
            view.value = "library";
          }}
        >
          {t.chat.goToLibrary}
        </button>
      </div>
    );
  }
  return (
    <div class="first">
      <div class="hello">
        <div class="covers" aria-hidden="true">
          {shown.map((document) => (
            <Picture key={document.id} document={document} />
          ))}
        </div>
        <h2>{t.chat.greeting}</h2>
        <p>{t.chat.greetingNote}</p>
      </div>
      <ul class="starters" aria-label={t.chat.startersFor}>
        {offered.map(({ question, document }) => (
          <li key={question}>
            <button type="button" onClick={() => chat.ask(question)}>
              <span class="starter">
                <span dir="auto" lang={document?.language ?? undefined}>
                  {question}
                </span>
                {document && scope.length > 1 && (
                  <span class="meta one-line" dir="auto">
                    {document.title}
                  </span>
                )}
              </span>
              <Icon name="next" small />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Once shown they stay: a document's own questions may come while somebody is about to press another. */
function useStarters(scope: readonly Document[]): Starter[] {
  const { t } = useApp();
  const shown = useRef<{ of: string; starters: Starter[] }>(undefined);
  const of = scope.map(({ id }) => id).join();
  if (shown.current?.of !== of) shown.current = { of, starters: startersFor(scope, t.chat.starters, t.language) };
  return shown.current.starters;
}
