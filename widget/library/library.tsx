// The library pane: search, what is on its way, what could not be read, and a card for each document.
import { useApp } from "../app-context.ts";
import { ConversationList } from "../chat/conversation-list.tsx";
import { Icon } from "../icons.tsx";
import { Fault } from "../parts/fault.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { Card } from "./card.tsx";
import { EmptySheet } from "./empty-sheet.tsx";
import { FileButton, LibraryHead } from "./head.tsx";
import { FailedRows, UnfinishedRows, useFoundUploads } from "./rows.tsx";
import { Tabs } from "./tabs.tsx";

export function Library() {
  const { layout, t } = useApp();
  const tab = layout.tab.value;
  return (
    <>
      <LibraryHead />
      <div class="scroll library-scroll">
        <Tabs />
        <div role="tabpanel" id="library-panel" aria-label={tab === "documents" ? t.documents : t.conversations}>
          {tab === "documents" ? <Documents /> : <ConversationList />}
        </div>
      </div>
      {layout.choosing.value ? <ChoosingBar /> : layout.narrow.value && <AskBar />}
    </>
  );
}

function Documents() {
  const { documents, layout, uploads, t } = useApp();
  const foundUploads = useFoundUploads();
  const { status, list, found, query } = documents;
  const empty = status.value === "ready" && list.value.length === 0 && uploads.uploads.value.length === 0;
  if (empty) return layout.narrow.value ? <EmptySheet /> : <p class="hint library-hint">{t.emptyLibrary}</p>;
  const cards = found.value.filter((one) => one.status === "ready");
  return (
    <>
      <SearchField query={query} label={t.find} />
      <UnfinishedRows />
      <FailedRows />
      {status.value === "loading" && list.value.length === 0 && <Bones />}
      {status.value === "failed" && (
        <Fault error={documents.problem.value} title={t.loadFailed} onRetry={documents.start} />
      )}
      {cards.length > 0 && (
        <ul class="cards" aria-label={t.documents}>
          {cards.map((document) => (
            <Card key={document.id} document={document} />
          ))}
          {cards.length <= few && query.value === "" && !layout.choosing.value && <Another />}
        </ul>
      )}
      {query.value.trim() !== "" && found.value.length === 0 && foundUploads.length === 0 && (
        <p class="hint library-hint">
          {t.nothingFound(query.value.trim())}{" "}
          <button
            type="button"
            class="link"
            onClick={() => {
              query.value = "";
            }}
          >
            {t.showAll}
          </button>
        </p>
      )}
    </>
  );
}

/** Where there are few, the next sheet's place is shown, so that the shelf reads as one to be filled. */
const few = 3;

function Another() {
  const { t } = useApp();
  return (
    <li class="card another">
      <FileButton class="another-sheet fold">
        <Icon name="add" />
        <span>{t.addAnother}</span>
      </FileButton>
    </li>
  );
}

/** Touch: several documents are chosen by tapping them, then asked at once. */
function ChoosingBar() {
  const { layout, selection, t } = useApp();
  const chosen = selection.ids.value;
  return (
    <footer class="choosing">
      <button
        type="button"
        class="btn btn-quiet"
        onClick={() => {
          layout.choosing.value = false;
          selection.clear();
        }}
      >
        {t.cancel}
      </button>
      <button
        type="button"
        class="btn btn-primary grow"
        disabled={chosen.length === 0}
        onClick={() => {
          layout.choosing.value = false;
          selection.open(chosen);
        }}
      >
        {t.askChosen(chosen.length)}
      </button>
    </footer>
  );
}

/** Where the chat is out of sight: the way to ask anything, of all there is. */
function AskBar() {
  const { chat, documents, layout, selection, t } = useApp();
  const ready = documents.ready.value.length;
  if (ready === 0) return null;
  return (
    <footer class="choosing">
      <button
        type="button"
        class="btn btn-primary grow"
        onClick={() => {
          layout.closePage();
          chat.fresh();
          selection.open([]);
        }}
      >
        {layout.tab.value === "documents" ? t.chat.askOf(t.chat.allDocuments(ready)) : t.chat.newConversation}
      </button>
    </footer>
  );
}

function Bones() {
  const { t } = useApp();
  return (
    <div class="cards bones" role="status">
      <span class="sr">{t.loading}</span>
      {[90, 70, 80, 60].map((width) => (
        <div key={width} class="card">
          <div class="bone bone-pic" />
          <div class="bone" style={{ inlineSize: `${width}%` }} />
          <div class="bone" style={{ inlineSize: "50%" }} />
        </div>
      ))}
    </div>
  );
}
