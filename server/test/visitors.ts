// Puts embeds and their visitors straight into a database, and makes tokens for them, for tests.
import { v7 as uuid } from "uuid";
import { EmbedModel, VisitorModel } from "../models/embed.ts";
import type { Services } from "../services.ts";
import { visitorToken } from "../visitor-tokens.ts";

/** Where the pages of test visitors stand. */
export const hostPage = "https://shop.example.com";

export async function addEmbed(
  { db }: Pick<Services, "db">,
  userId: string,
  fields: Partial<EmbedModel> = {},
): Promise<EmbedModel> {
  const id = uuid();
  return EmbedModel.query(db)
    .insert({
      id,
      user_id: userId,
      name: "Help",
      public_key: `pk_${id.replaceAll("-", "").slice(8)}`,
      sealed_secret: "-",
      document_ids: [],
      allowed_origins: [hostPage],
      theme: { scheme: "auto", accent: null, marker: null },
      greeting: "Hello",
      starters: [],
      enabled: true,
      created_at: new Date(),
      ...fields,
    })
    .returning("*");
}

export interface TestVisitor {
  id: string;
  embed: EmbedModel;
  token: string;
}

/** @param subject who they are to the host site; null: they are nobody in particular */
export async function addVisitor(
  services: Pick<Services, "db" | "keys" | "clock">,
  embed: EmbedModel,
  { subject = null, origin = hostPage }: { subject?: string | null; origin?: string } = {},
): Promise<TestVisitor> {
  const id = uuid();
  const now = services.clock.now();
  const token_hash = subject === null ? id : null;
  const row = { id, embed_id: embed.id, subject, token_hash, created_at: now, seen_at: now };
  await VisitorModel.query(services.db).insert(row);
  const { access_token } = visitorToken(services, { visitorId: id, embedId: embed.id, origin });
  return { id, embed, token: access_token };
}
