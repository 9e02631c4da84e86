// What the browser's tab lends to the chat: a memory that outlasts a reload, and its frames.
import type { Id } from "@pagewise/sdk/contract";

/** Remembers the open conversation of this tab; nothing where the page may keep nothing. */
export interface TabMemory {
  get(): Id | null;
  set(id: Id | null): void;
}

/** On our own origin the tab itself; a host page's storage is left alone. */
export function createTabMemory(own: boolean): TabMemory {
  const key = "pagewise.conversation";
  let kept: Id | null = null;
  const storage = () => (own ? sessionStorage : null);
  return {
    get() {
      try {
        return storage()?.getItem(key) ?? kept;
      } catch {
        return kept;
      }
    },
    set(id) {
      kept = id;
      try {
        if (id) storage()?.setItem(key, id);
        else storage()?.removeItem(key);
      } catch {
        // Storage may be blocked or full; the tab then forgets at a reload.
      }
    },
  };
}

/** Frames stand still in a hidden page; what came is shown soon all the same. */
export function beforeNextFrame(callback: () => void) {
  if (document.hidden) setTimeout(callback, 100);
  else requestAnimationFrame(callback);
}
