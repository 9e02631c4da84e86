// What may stand in an embed: each field with its bounds, and faults told to the person who makes it.
import { z } from "zod";
import { inOneLine } from "../conversations.ts";
import { maxOriginLength, originFault } from "../origins.ts";
import { wellFormed, withoutTurns } from "../well-formed.ts";

const maxDocuments = 100;
const maxOrigins = 50;
const maxStarters = 6;
const maxLimit = 1_000_000;

const line = (max: number) =>
  z
    .string()
    .overwrite((text) => wellFormed(inOneLine(text)))
    .min(1, "is empty")
    .max(max, `may hold at most ${max} characters`);

const greeting = z
  .string()
  .overwrite((text) => wellFormed(withoutControls(text)))
  .max(500, "may hold at most 500 characters");

const origin = z
  .string()
  .max(maxOriginLength, `may hold at most ${maxOriginLength} characters`)
  .superRefine((text, { addIssue }) => {
    const fault = originFault(text);
    if (fault) addIssue({ code: "custom", message: fault });
  });

const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, "is no colour such as #224b8f")
  .toLowerCase();

const locale = z
  .string()
  .max(63, "is no language tag such as de or en-GB")
  .refine((tag) => canonicalLocale(tag) !== null, "is no language tag such as de or en-GB")
  .overwrite((tag) => canonicalLocale(tag) ?? tag);

const limit = z
  .number()
  .int()
  .min(1, "has to be at least 1; null stands for no limit")
  .max(maxLimit, `may be at most ${maxLimit}; null stands for no limit`)
  .nullable();

/** `PATCH`: what is not named stays as it is. */
export const embedChanges = z
  .object({
    name: line(100),
    document_ids: list(z.uuid().toLowerCase(), maxDocuments, "documents"),
    allowed_origins: list(origin, maxOrigins, "origins"),
    theme: z
      .object({ scheme: z.enum(["light", "dark", "auto"]), accent: colour.nullable(), marker: colour.nullable() })
      .partial(),
    greeting,
    starters: list(line(200), maxStarters, "questions to begin with"),
    locale: locale.nullable(),
    daily_message_limit: limit,
    visitor_message_limit: limit,
    address_message_limit: limit,
    enabled: z.boolean(),
  })
  .partial();

/** `POST`: a name is enough. */
export const newEmbed = embedChanges.required({ name: true });

/** Each once, in the order in which they were named. */
function list<T extends z.ZodType<string>>(item: T, max: number, of: string) {
  return z
    .array(item)
    .max(max, `may hold at most ${max} ${of}`)
    .overwrite((items) => [...new Set(items)]);
}

/** Lines stay. */
function withoutControls(text: string): string {
  return withoutTurns(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n]/gu, " ")
    .trim();
}

/** @returns null where it is no tag of BCP 47 */
function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}
