// What answers about embeds hold, held to the contract's types by the compiler.
import type { Embed, EmbedSession, EmbedTheme, EmbedUsage, EmbedWithSecret } from "@pagewise/sdk/contract";
import { z } from "zod";
import { agreed, count, exampleId, id, timestamp } from "./schemas.ts";

const colour = z.string().nullable().meta({ description: "`#rrggbb`; null: Pagewise's own." });
const limit = z.int().min(1).nullable();

const theme = agreed<EmbedTheme>()(
  z.object({ scheme: z.enum(["light", "dark", "auto"]), accent: colour, marker: colour }),
).meta({ id: "EmbedTheme", description: "`auto` follows the visitor's system." });

const fields = z.object({
  id,
  name: z.string(),
  public_key: z.string().meta({ description: "`pk_…`: names the embed in a page, where everybody can read it." }),
  document_ids: z.array(id),
  allowed_origins: z.array(z.string()).meta({ description: "Exact: scheme, host and port. Empty: nowhere." }),
  theme,
  greeting: z.string(),
  starters: z.array(z.string()),
  locale: z.string().nullable().meta({ description: "A BCP 47 tag; null: the page's." }),
  daily_message_limit: limit.meta({ description: "Questions in a day (UTC) by all; null: no limit." }),
  visitor_message_limit: limit.meta({ description: "By one visitor." }),
  address_message_limit: limit.meta({
    description: "By all anonymous visitors of one address; null: as many as one visitor.",
  }),
  enabled: z.boolean(),
  created_at: timestamp,
});

const exampleEmbed: Embed = {
  ...{ id: exampleId(4), name: "Help centre", public_key: "pk_5hR2mZ0tqT6c1XnVbYw3Kg", document_ids: [exampleId(2)] },
  ...{ allowed_origins: ["https://example.com"], theme: { scheme: "auto", accent: "#224b8f", marker: null } },
  ...{ greeting: "Ask about our manuals.", starters: ["What is covered?"], locale: null },
  ...{ daily_message_limit: 1000, visitor_message_limit: 50, address_message_limit: null },
  ...{ enabled: true, created_at: "2026-05-04T10:07:00.000Z" },
};

export const embed = agreed<Embed>()(fields).meta({ id: "Embed", examples: [exampleEmbed] });

export const embedWithSecret = agreed<EmbedWithSecret>()(
  fields.extend({
    secret: z.string().meta({
      description: "`sk_…`: signs identity tokens. It belongs on the host site's server, never in a page.",
    }),
  }),
).meta({ id: "EmbedWithSecret" });

export const embedUsage = agreed<EmbedUsage>()(
  z.object({
    data: z.array(z.object({ day: z.iso.date(), sessions: count, questions: count, refused: count })),
  }),
).meta({ id: "EmbedUsage", description: "Oldest first, one entry a day (UTC)." });

export const embedSession = agreed<EmbedSession>()(
  z.object({
    access_token: z.string(),
    expires_in: count.meta({
      description: "Seconds until the token ends; then begin again with the same `visitor_id`.",
    }),
    visitor_id: z
      .string()
      .meta({ description: "Of an identified person it only tells them from others; it opens nothing." }),
    embed: fields.pick({ name: true, theme: true, greeting: true, starters: true, locale: true }),
  }),
).meta({ id: "EmbedSession" });
