// Which addresses in an answer may become links, and how a reader sees where they lead.

export interface SafeLink {
  href: string;
  /** What the reader is shown beside the text, so that no text can pretend to lead elsewhere. */
  host: string;
}

/** `null` for everything but plain http, https and mailto addresses: the model's text is not to be trusted with more. */
export function safeLink(address: string): SafeLink | null {
  if (address.length > 2_048 || !/^(?:https?:\/\/|mailto:)/i.test(address)) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol === "mailto:") {
    const to = url.pathname;
    // A mail link with a ready-made body could carry words of the document away with one press.
    return !url.search && /^[^\s@,?]+@[^\s@,?]+$/.test(to) ? { href: `mailto:${to}`, host: to } : null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.username || url.password || !url.hostname) return null;
  return { href: url.href, host: url.host.replace(/^www\./, "") };
}

const bareAddress = /https?:\/\/[^\s<>"`|\\^{}[\]]{1,2048}/y;

/** The end of a bare address that begins at `from`, without the punctuation of the sentence around it; `from` if none. */
export function bareAddressEnd(text: string, from: number): number {
  bareAddress.lastIndex = from;
  const found = bareAddress.exec(text);
  if (!found) return from;
  const address = found[0];
  let open = 0;
  let end = address.length;
  for (let i = 0; i < address.length; i += 1) {
    if (address[i] === "(") open += 1;
    // A bracket that this address did not open belongs to the sentence.
    else if (address[i] === ")" && --open < 0) {
      end = i;
      break;
    }
  }
  while (end > 0 && ".,;:!?'*_~]".includes(address[end - 1] as string)) end -= 1;
  return /^https?:\/\/.*[\p{L}\p{N}]/u.test(address.slice(0, Math.min(end, 32))) ? from + end : from;
}
