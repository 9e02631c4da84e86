// The embeds: their list, or the editor of one.
import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Editor } from "./editor.tsx";
import { EmbedList } from "./embed-list.tsx";
import { embedEnglish } from "./embed-strings.ts";
import { EmbedsContext } from "./embeds-context.ts";
import { createEmbeds } from "./embeds-model.ts";

export function EmbedsView() {
  const { client, screens } = useApp();
  const value = useMemo(() => ({ model: createEmbeds({ client }), t: embedEnglish }), []);
  useEffect(() => () => value.model.dispose(), []);
  const screen = screens.screen.value;
  return (
    <EmbedsContext.Provider value={value}>
      {screen.at === "embed" ? <Editor key={screen.id} id={screen.id} /> : <EmbedList />}
    </EmbedsContext.Provider>
  );
}
