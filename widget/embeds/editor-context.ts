// How a field of the editor reaches what it edits: `useEditor()`.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Draft } from "./draft.ts";
import type { EditorModel } from "./editor-model.ts";

export const EditorContext = createContext<EditorModel | null>(null);

/** Drawn only once the embed has been loaded. */
export function useEditor(): { editor: EditorModel; draft: Draft } {
  const editor = useContext(EditorContext);
  const draft = editor?.draft.value;
  if (!editor || !draft) throw new Error("useEditor() outside of a loaded <EditorContext.Provider>");
  return { editor, draft };
}
