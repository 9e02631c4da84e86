// Routes of conversations: the caller's own, newest first, and the messages of one, oldest first.
import Router from "@koa/router";
import type { Conversation, Message, Page } from "@pagewise/sdk/contract";
import { z } from "zod";
import {
  deleteConversation,
  findConversation,
  inOneLine,
  listConversations,
  listMessages,
  renameConversation,
} from "../conversations.ts";
import type { Services } from "../services.ts";
import { requireUser, sessionOf } from "./auth.ts";
import { sendExport } from "./conversation-export.ts";
import { presentConversation, presentMessage } from "./present-chat.ts";
import { encodeCursor, jsonBody, pageQuery, pathId, queryValue, validate } from "./validate.ts";

const maxTitle = 200;
const rename = z.object({
  title: z.string().overwrite(inOneLine).min(1, "is empty").max(maxTitle, `may hold at most ${maxTitle} characters`),
});
const listQuery = z.object({ q: z.string().max(200, "may hold at most 200 characters").optional() });
/** As `toISOString` writes it, in a year that PostgreSQL knows. */
const updatedAt = z.iso.datetime({ precision: 3 }).regex(/^[12]/);
const position = z.object({ updatedAt, id: z.guid() });

export function conversationsRoutes(services: Services): Router {
  const router = new Router({ prefix: "/conversations" });
  const signedIn = requireUser(services);

  router.get("/", signedIn, async (ctx) => {
    const filters = validate(listQuery, { q: queryValue(ctx, "q") });
    const { limit, cursor } = pageQuery(ctx, filters, position);
    const rows = await listConversations(services, sessionOf(ctx).userId, {
      q: filters.q,
      limit: limit + 1,
      after: cursor,
    });
    const data = rows.slice(0, limit).map(presentConversation);
    const last = rows.length > limit ? data.at(-1) : undefined;
    const next_cursor = last ? encodeCursor({ updatedAt: last.updated_at, id: last.id }, filters) : null;
    ctx.body = { data, next_cursor } satisfies Page<Conversation>;
  });

  router.get("/:id", signedIn, async (ctx) => {
    const id = pathId(ctx, "id", "conversation-not-found");
    ctx.body = presentConversation(await findConversation(services, sessionOf(ctx).userId, id));
  });

  router.patch("/:id", signedIn, jsonBody, async (ctx) => {
    const id = pathId(ctx, "id", "conversation-not-found");
    const { title } = validate(rename, ctx.request.body);
    ctx.body = presentConversation(await renameConversation(services, sessionOf(ctx).userId, id, title));
  });

  router.delete("/:id", signedIn, async (ctx) => {
    const id = pathId(ctx, "id", "conversation-not-found");
    await deleteConversation(services, sessionOf(ctx).userId, id);
    services.chat.abandon(id);
    ctx.status = 204;
  });

  router.get("/:id/export", signedIn, sendExport(services));

  router.get("/:id/messages", signedIn, async (ctx) => {
    const id = pathId(ctx, "id", "conversation-not-found");
    const filters = { conversation: id };
    const { limit, cursor } = pageQuery(ctx, filters);
    const session = sessionOf(ctx);
    const rows = await listMessages(services, session.userId, id, { limit: limit + 1, after: cursor });
    const data = rows.slice(0, limit).map((row) => presentMessage(services, session, row));
    const last = rows.length > limit ? data.at(-1) : undefined;
    ctx.body = { data, next_cursor: last ? encodeCursor(last.id, filters) : null } satisfies Page<Message>;
  });

  return router;
}
