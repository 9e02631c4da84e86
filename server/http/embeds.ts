// Routes of embeds: their owner makes, changes and deletes them, rotates their secret, and sees what was asked.
import type { ActivityEvent, Embed, EmbedUsage, EmbedWithSecret, Page } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import { embedUsage } from "../embed-usage.ts";
import {
  changeEmbed,
  createEmbed,
  deleteEmbed,
  findEmbed,
  findWithSecret,
  listEmbeds,
  rotateSecret,
  type WithSecret,
} from "../embeds.ts";
import { once } from "../idempotency.ts";
import { liveAmong } from "../models/document.ts";
import { answeredNow, type EmbedModel } from "../models/embed.ts";
import { forgetAnswers } from "../models/embed-removal.ts";
import type { Services } from "../services.ts";
import { sessionOf } from "./auth.ts";
import { embed, embedWithSecret, embedUsage as usage } from "./embed-answers.ts";
import { embedChanges, newEmbed } from "./embed-schema.ts";
import { addSessionRoute } from "./embed-session.ts";
import { idempotencyKey, onceKeyOf } from "./idempotency.ts";
import type { Routes } from "./operation.ts";
import { decimal, encodeCursor, paging, pathParam, readCursor } from "./parameters.ts";
import { pageOf } from "./schemas.ts";

const embedId = pathParam({
  schema: z.uuid().toLowerCase(),
  description: "The embed's id.",
  missing: "embed-not-found",
});
const listQuery = z.object(paging);
const rotation = z.object({ revoke_now: z.boolean().default(false) });
const usageQuery = z.object({ days: decimal(z.number().int().min(1).max(90)).default(14) });

const ofUser = { tag: "Embeds", callers: ["user"] as "user"[] };
const ofOne = { ...ofUser, path: "/embeds/:id", params: { id: embedId } };
const shownOnce =
  "The secret is shown in this answer alone. With an Idempotency-Key the same request, sent again, shows the embed's " +
  "secret as it is then.";

export function addEmbedsRoutes(routes: Routes, services: Services): void {
  addMaking(routes, services);
  addReading(routes, services);
  addChanging(routes, services);
  addRotation(routes, services);
  addSessionRoute(routes, services);
}

function addMaking(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...ofUser, method: "post", path: "/embeds", id: "createEmbed", summary: "Make an embed" },
      description: shownOnce,
      headers: idempotencyKey,
      body: newEmbed,
      example: { name: "Help centre", allowed_origins: ["https://example.com"], starters: ["What is covered?"] },
      answers: {
        201: {
          description: "The embed and its secret.",
          schema: embedWithSecret,
          headers: { Location: "Where it stands." },
        },
      },
      problems: ["document-not-found", "too-many-embeds", "idempotency-mismatch"],
    },
    async (ctx, { body }) => {
      const { userId } = sessionOf(ctx);
      const key = onceKeyOf(ctx, body);
      const made = await once(services, key, {
        find: (id) => findWithSecret(services, userId, id),
        async make() {
          const created = await createEmbed(services, userId, body, key);
          await audit(services, ctx, "embed-created", created.embed.id);
          return created;
        },
      });
      ctx.body = await presentWithSecret(services, made);
      ctx.set("Location", `/embeds/${made.embed.id}`);
      ctx.status = 201;
    },
  );
}

function addReading(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...ofUser, method: "get", path: "/embeds", id: "listEmbeds", summary: "List embeds, newest first" },
      query: listQuery,
      answers: { 200: { description: "A page of embeds.", schema: pageOf(embed) } },
      problems: [],
    },
    async (ctx, { query: { limit, cursor } }) => {
      const page = { limit: limit + 1, before: readCursor(cursor, {}) };
      const rows = await listEmbeds(services, sessionOf(ctx).userId, page);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const data = await presentAll(services, rows.slice(0, limit));
      ctx.body = { data, next_cursor: last ? encodeCursor(last.id, {}) : null } satisfies Page<Embed>;
    },
  );
  routes.add(
    {
      ...{ ...ofOne, method: "get", id: "getEmbed", summary: "Read an embed" },
      answers: { 200: { description: "The embed.", schema: embed } },
      problems: ["embed-not-found"],
    },
    async (ctx, { params }) => {
      ctx.body = await present(services, await findEmbed(services, sessionOf(ctx).userId, params.id));
    },
  );
  routes.add(
    {
      ...{ ...ofOne, method: "get", path: "/embeds/:id/usage", id: "getEmbedUsage" },
      summary: "What was asked through an embed, day by day",
      query: usageQuery,
      answers: {
        200: { description: "The last days (UTC), oldest first, those without a question too.", schema: usage },
      },
      problems: ["embed-not-found"],
    },
    async (ctx, { params, query: { days } }) => {
      const found = await findEmbed(services, sessionOf(ctx).userId, params.id);
      ctx.body = (await embedUsage(services, found.id, days)) satisfies EmbedUsage;
    },
  );
}

function addChanging(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...ofOne, method: "patch", id: "changeEmbed", summary: "Change an embed" },
      description: "What is not named stays as it is. It holds at once, also for sessions that have begun.",
      body: embedChanges,
      example: { greeting: "Ask about our manuals.", theme: { accent: "#224b8f" }, enabled: true },
      answers: { 200: { description: "The embed.", schema: embed } },
      problems: ["embed-not-found", "document-not-found"],
    },
    async (ctx, { params, body }) => {
      const { userId } = sessionOf(ctx);
      const before = await findEmbed(services, userId, params.id);
      const changed = await changeEmbed(services, userId, params.id, body);
      await audit(services, ctx, eventOf(before, changed), changed.id);
      ctx.body = await present(services, changed);
    },
  );
  routes.add(
    {
      ...{ ...ofOne, method: "delete", id: "deleteEmbed", summary: "Delete an embed" },
      description: "Its visitors and their conversations go with it.",
      answers: { 204: { description: "It is gone, and answers that were being written have ended." } },
      problems: ["embed-not-found"],
    },
    async (ctx, { params }) => {
      await deleteEmbed(services, sessionOf(ctx).userId, params.id);
      for (const id of await answeredNow(services.db, params.id)) services.chat.abandon(id);
      await forgetAnswers(services, params.id);
      await audit(services, ctx, "embed-deleted", params.id);
      ctx.status = 204;
    },
  );
}

function addRotation(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...ofOne, method: "post", path: "/embeds/:id/rotate-secret", id: "rotateEmbedSecret" },
      summary: "Make a new secret",
      description: `The one before stays valid for 24 hours, unless it is revoked now. ${shownOnce}`,
      headers: idempotencyKey,
      body: rotation,
      example: { revoke_now: true },
      answers: { 200: { description: "The embed and its new secret.", schema: embedWithSecret } },
      problems: ["embed-not-found", "idempotency-mismatch"],
    },
    async (ctx, { params, body }) => {
      const { userId } = sessionOf(ctx);
      const key = onceKeyOf(ctx, body);
      const rotated = await once(services, key, {
        find: (id) => findWithSecret(services, userId, id),
        async make() {
          const made = await rotateSecret(services, userId, params.id, { revokeNow: body.revoke_now, key });
          await audit(services, ctx, "embed-secret-rotated", params.id);
          return made;
        },
      });
      ctx.body = await presentWithSecret(services, rotated);
    },
  );
}

/** Turning it off or on is what an owner looks for; beside other changes it says more than they do. */
function eventOf(before: EmbedModel, after: EmbedModel) {
  if (before.enabled === after.enabled) return "embed-changed";
  return after.enabled ? "embed-turned-on" : "embed-turned-off";
}

function audit(
  services: Services,
  ctx: Context,
  event: Extract<ActivityEvent, `embed-${string}`>,
  subject: string,
): Promise<void> {
  return recordAudit(services, { userId: sessionOf(ctx).userId, event, subject, address: ctx.ip });
}

async function present(services: Pick<Services, "db">, row: EmbedModel): Promise<Embed> {
  return shown(row, await liveAmong(services.db, row.document_ids));
}

async function presentAll(services: Pick<Services, "db">, rows: EmbedModel[]): Promise<Embed[]> {
  const ids = [...new Set(rows.flatMap(({ document_ids }) => document_ids))];
  const live = await liveAmong(services.db, ids);
  return rows.map((row) => shown(row, live));
}

async function presentWithSecret(services: Pick<Services, "db">, made: WithSecret): Promise<EmbedWithSecret> {
  return { ...(await present(services, made.embed)), secret: made.secret };
}

/** @param live of its documents, those that have not been deleted since */
function shown(row: EmbedModel, live: Set<string>): Embed {
  const { id, name, public_key, allowed_origins, theme, greeting, starters, locale } = row;
  const { daily_message_limit, visitor_message_limit, address_message_limit, enabled } = row;
  return {
    ...{ id, name, public_key, document_ids: row.document_ids.filter((documentId) => live.has(documentId)) },
    ...{ allowed_origins, theme, greeting, starters, locale },
    ...{ daily_message_limit, visitor_message_limit, address_message_limit, enabled },
    created_at: row.created_at.toISOString(),
  };
}
