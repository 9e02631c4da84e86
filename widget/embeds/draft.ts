// What is typed into the editor of an embed: as text until it is saved, and checked before that.
import type { Embed, EmbedChanges, EmbedTheme, Id } from "@pagewise/sdk/contract";
import type { EmbedWords } from "./embed-strings.ts";
import { checkOrigin, type OriginFault } from "./origin.ts";

/** Named as in the contract, but for the theme's three, which stand by themselves. */
export interface Draft {
  name: string;
  greeting: string;
  starters: string[];
  document_ids: Id[];
  allowed_origins: string[];
  scheme: EmbedTheme["scheme"];
  /** Empty: Pagewise's own. */
  accent: string;
  marker: string;
  /** Empty: the page's. */
  locale: string;
  /** Empty: no limit. */
  daily_message_limit: string;
  visitor_message_limit: string;
  /** Empty: as many as one visitor. */
  address_message_limit: string;
}

export type Field = keyof Draft;

/** `instead`: what may have been meant. */
export interface FieldFault {
  text: string;
  instead?: string;
}

/** By pointer into the embed, as the server's own faults: `/allowed_origins/1`. */
export type Faults = ReadonlyMap<string, FieldFault>;

export const maxDocuments = 100;
export const maxOrigins = 50;
export const maxStarters = 6;

const limits = ["daily_message_limit", "visitor_message_limit", "address_message_limit"] as const;
const originFaults: Record<OriginFault, keyof EmbedWords> = {
  scheme: "originScheme",
  path: "originPath",
  wildcard: "originWildcard",
  user: "originUser",
  odd: "originOdd",
};

export function draftOf(embed: Embed): Draft {
  const { name, greeting, starters, document_ids, allowed_origins, theme } = embed;
  return {
    ...{ name, greeting, starters, document_ids, allowed_origins },
    scheme: theme.scheme,
    accent: theme.accent ?? "",
    marker: theme.marker ?? "",
    locale: embed.locale ?? "",
    daily_message_limit: `${embed.daily_message_limit ?? ""}`,
    visitor_message_limit: `${embed.visitor_message_limit ?? ""}`,
    address_message_limit: `${embed.address_message_limit ?? ""}`,
  };
}

/** What the server is to be told; empty where nothing was changed. */
export function changesOf(draft: Draft, saved: Embed): EmbedChanges {
  const { scheme, accent, marker, ...rest } = tidy(draft);
  const next: EmbedChanges = {
    ...rest,
    theme: { scheme, accent: accent || null, marker: marker || null },
    locale: rest.locale || null,
    daily_message_limit: numberOf(rest.daily_message_limit),
    visitor_message_limit: numberOf(rest.visitor_message_limit),
    address_message_limit: numberOf(rest.address_message_limit),
  };
  const changed = Object.entries(next).filter(
    ([field, value]) => canonical(value) !== canonical(saved[field as keyof Embed]),
  );
  return Object.fromEntries(changed);
}

/** Without what nobody meant: spaces around, empty lines, a slash after an address, a colour without its #. */
export function tidy(draft: Draft): Draft {
  return {
    ...draft,
    name: draft.name.trim(),
    greeting: draft.greeting.trim(),
    starters: lines(draft.starters),
    allowed_origins: lines(draft.allowed_origins).map((line) => {
      const checked = checkOrigin(line);
      return "origin" in checked ? checked.origin : line;
    }),
    accent: tidyColour(draft.accent),
    marker: tidyColour(draft.marker),
    locale: tidyLocale(draft.locale),
    daily_message_limit: tidyNumber(draft.daily_message_limit),
    visitor_message_limit: tidyNumber(draft.visitor_message_limit),
    address_message_limit: tidyNumber(draft.address_message_limit),
  };
}

/** Of a tidy draft. */
export function checkDraft(draft: Draft, t: EmbedWords): Map<string, FieldFault> {
  const faults = new Map<string, FieldFault>();
  if (draft.name === "") faults.set("/name", { text: t.nameMissing });
  for (const [at, line] of draft.allowed_origins.entries()) {
    const fault = checkLine(line, draft.allowed_origins.indexOf(line) < at, t);
    if (fault) faults.set(`/allowed_origins/${at}`, fault);
  }
  for (const field of ["accent", "marker"] as const) {
    if (draft[field] !== "" && !isColour(draft[field])) faults.set(`/theme/${field}`, { text: t.colourOdd });
  }
  if (draft.locale !== "" && canonicalLocale(draft.locale) === null) faults.set("/locale", { text: t.localeOdd });
  for (const field of limits) {
    if (draft[field] !== "" && !/^[1-9]\d{0,8}$/.test(draft[field])) faults.set(`/${field}`, { text: t.limitOdd });
  }
  return faults;
}

function checkLine(line: string, twice: boolean, t: EmbedWords): FieldFault | null {
  const checked = checkOrigin(line);
  if ("origin" in checked) return twice ? { text: t.originTwice } : null;
  const text = t[originFaults[checked.fault]] as string;
  return checked.instead ? { text, instead: checked.instead } : { text };
}

export const isColour = (text: string) => /^#[0-9a-f]{6}$/.test(text);

const lines = (all: string[]) => all.map((line) => line.trim()).filter((line) => line !== "");

function tidyColour(typed: string): string {
  const text = typed.trim().toLowerCase().replace(/^#?/, "#");
  if (text === "#") return "";
  return text.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/, "#$1$1$2$2$3$3");
}

/** Some programs write de_DE. */
function tidyLocale(typed: string): string {
  const text = typed.trim().replaceAll("_", "-");
  return canonicalLocale(text) ?? text;
}

/** "2,000", "2 000" and "2.000" are one number to whoever types them. */
function tidyNumber(typed: string): string {
  const text = typed.trim();
  return /^\d{1,3}([,.' \u00a0\u2019\u202f]\d{3})+$/.test(text) ? text.replace(/\D/g, "") : text;
}

const numberOf = (text: string) => (text === "" ? null : Number(text));

/** @returns null for what is no tag. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/** The server may name an object's fields in another order. */
const canonical = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
