// How a component of the embeds' screens reaches their model and their words: `useEmbeds()`.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { EmbedWords } from "./embed-strings.ts";
import type { EmbedsModel } from "./embeds-model.ts";

interface Embeds {
  model: EmbedsModel;
  t: EmbedWords;
}

export const EmbedsContext = createContext<Embeds | null>(null);

export function useEmbeds(): Embeds {
  const embeds = useContext(EmbedsContext);
  if (!embeds) throw new Error("useEmbeds() outside of <EmbedsContext.Provider>");
  return embeds;
}
