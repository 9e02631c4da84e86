// An embed's chat as visitors will meet it, for its owner, before anything is saved: the real one, in files of its own.
import type { VisitorApp, VisitorOptions } from "../api.ts";

// By the build: the visitor's own files, which lie beside this one.
declare const VISITOR_FILES: [string, ...string[]];

type Draft = NonNullable<VisitorOptions["draft"]>;

export interface VisitorPanel {
  update(draft: Draft): void;
  destroy(): void;
}

/**
 * Fills `parent` with it. What the draft says is shown; questions are asked of the embed as it is stored.
 * @param options.key null: nothing is stored yet, and nothing can be asked.
 */
export async function mountVisitorPanel(
  parent: Element,
  { server, key, draft }: { server: string; key: string | null; draft: Draft },
): Promise<VisitorPanel> {
  const files = VISITOR_FILES.map((name) => import(new URL(name, import.meta.url).href));
  const [visitor] = (await Promise.all(files)) as { mount(options: VisitorOptions): VisitorApp }[];
  if (!visitor) throw new Error("The visitor's chat was not built");
  const app = visitor.mount({ server, key, draft, parent, mode: "preview" });
  return { update: app.redraw, destroy: app.destroy };
}
