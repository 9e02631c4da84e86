// What the browser's tab lends to the chat: a memory that outlasts a reload, and its frames.

/** Remembers one thing of this tab; nothing beyond the page where that may keep nothing. */
export interface TabMemory {
  get(): string | null;
  set(text: string | null): void;
}

/** On our own origin the tab itself; a host page's storage is left alone. */
export function createTabMemory(own: boolean, key: string): TabMemory {
  let kept: string | null = null;
  const storage = () => (own ? sessionStorage : null);
  return {
    get() {
      try {
        return storage()?.getItem(key) ?? kept;
      } catch {
        return kept;
      }
    },
    set(text) {
      kept = text;
      try {
        if (text) storage()?.setItem(key, text);
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
