// What the failures of all providers have in common: their words, bounded, and never with a key in them.
import type { LanguageModelError } from "../model-ports.ts";

const maxLength = 200;

/** The words of a server, for the log: it may repeat much of what it was sent, and the key that it did not like. */
export function bounded(message: unknown, apiKey: string | null): string {
  if (typeof message !== "string") return "";
  const line = (apiKey ? message.replaceAll(apiKey, "…") : message).replace(/\s+/g, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

/** What a refusal by this status says. */
export function reasonOf(status: number | null): LanguageModelError["reason"] {
  if (status === 401 || status === 403) return "key";
  return status === 404 ? "model" : null;
}
