// Origins of pages: what one has to look like, and what is wrong with what does not.

export const maxOriginLength = 300;

/** Whether it is exactly what a browser sends as a page's origin: scheme, host and port, of http or https. */
export function isWebOrigin(text: string): boolean {
  return originFault(text) === null;
}

/** @returns what to do about it, for the person who wrote it; null where it is an origin. */
export function originFault(text: string): string | null {
  if (text.length > maxOriginLength) return `may hold at most ${maxOriginLength} characters`;
  if (text === "null") return "stands for pages without an origin of their own, which are never allowed";
  if (text.includes("*")) return "is no pattern: name each origin by itself";
  if (!/^https?:\/\//i.test(text)) return "Begin with https:// (or http://).";
  if (!URL.canParse(text)) return "is no origin such as https://example.com";
  const { origin, hostname, username, password, pathname, search, hash } = new URL(text);
  // What a URL allows in a host and no name of a machine has would stand in headers, where it means something else.
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(hostname)) return "names no host";
  if (username || password) return "Leave out the user and the password.";
  if (pathname !== "/" || search || hash) return `Leave out what follows the host: ${origin}`;
  if (origin !== text) return `Write it as ${origin}`;
  return null;
}
