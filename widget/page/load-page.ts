// Fetches the page pane: when it is opened, and ahead of that as soon as there is something to open.
import type { Part } from "../parts/lazy.tsx";

export const loadPage = (): Promise<Part> => import("./page-part.ts");
