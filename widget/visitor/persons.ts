// Who is there, between the tabs of a site: when one tab's person changes, the others let go of theirs.

/** One for each server and embed: of an anonymous visitor's id in the host's storage, and of the tabs' channel. */
export function storageName(server: string, key: string | null | undefined): string {
  return `pagewise.visitor ${server} ${key}`;
}

/**
 * Whoever was there gives way: the other tabs are told, and an anonymous visitor's id is forgotten.
 * @param next the claims of whom the host site named now; null: nobody.
 */
export function leave(name: string, next: string | null = null): void {
  try {
    new BroadcastChannel(name).postMessage(next);
    localStorage.removeItem(name);
  } catch {
    // Where nothing may be kept there is nothing to forget.
  }
}

/** A token's claims without its signature: enough to tell one person from another, and nothing to sign in with. */
export function claimsPart(identityToken: string): string {
  return identityToken.split(".")[1] ?? "";
}

/** Read, not checked. */
export function subjectOf(claims: string): string {
  try {
    return String(JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))).sub);
  } catch {
    return "";
  }
}

/** Hears of whoever comes in another tab: their subject, or null, that the one before has left. @returns how to stop. */
export function hear(name: string, onWord: (subject: string | null) => void) {
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => onWord(typeof data === "string" ? subjectOf(data) : null);
  } catch {
    // A page without a channel is on its own.
  }
  return {
    /** To the others, not to this one. */
    say: (claims: string | null) => channel?.postMessage(claims),
    close: () => channel?.close(),
  };
}
