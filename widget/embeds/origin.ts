// Whether what was typed is an origin (scheme, host and port, nothing else), and what may have been meant where it is not.

export type OriginFault = "scheme" | "path" | "wildcard" | "user" | "odd";

export type OriginCheck = { origin: string } | { fault: OriginFault; instead: string | null };

/** A slash at the end, capitals and a scheme's own port are no fault: they are taken away. */
export function checkOrigin(typed: string): OriginCheck {
  const text = typed.trim();
  if (text.includes("*")) return { fault: "wildcard", instead: null };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== "https" && scheme !== "http") {
    const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/^\/\//, "");
    const instead = meant(`${isLocal(rest) ? "http" : "https"}://${rest}`);
    return { fault: instead ? "scheme" : "odd", instead };
  }
  const url = parse(text);
  if (!url) return { fault: "odd", instead: null };
  if (url.username || url.password) return { fault: "user", instead: meant(text) };
  // `https:///x` and a backslash are read as an address by the browser, but nobody meant them.
  if (/\s|\\/.test(text) || /^[^/]*\/\/(\/|$)/.test(text)) return { fault: "odd", instead: null };
  const bare = url.pathname === "/" && !/[?#]/.test(text);
  return bare ? { origin: url.origin } : { fault: "path", instead: url.origin };
}

function meant(text: string): string | null {
  const url = parse(text);
  const likely = url && !/[\s*\\]/.test(text) && (url.hostname.includes(".") || isLocal(url.host));
  return likely ? url.origin : null;
}

const isLocal = (text: string) => /^(localhost|127\.0\.0\.1|\[::1\])(?![\w.-])/i.test(text);

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
