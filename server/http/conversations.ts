// Routes of conversations: the caller's own, newest first, and the messages of one, oldest first.
import type { Conversation, Message, Page } from "@pagewise/sdk/contract";
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import {
  deleteConversation,
  findConversation,
  inOneLine,
  listConversations,
  listMessages,
  renameConversation,
} from "../conversations.ts";
import type { Services } from "../services.ts";
import { offeredTo } from "../withdrawal.ts";
import { type CallerKind, callerOf, readerOf } from "./auth.ts";
import { conversation, storedMessage } from "./chat-schemas.ts";
import { addExportRoute } from "./conversation-export.ts";
import type { Routes } from "./operation.ts";
import { conversationId, encodeCursor, paging, readCursor } from "./parameters.ts";
import { presentConversation, presentMessage } from "./present-chat.ts";
import { pageOf } from "./schemas.ts";

const maxTitle = 200;
const rename = z.object({
  title: z.string().overwrite(inOneLine).min(1, "is empty").max(maxTitle, `may hold at most ${maxTitle} characters`),
});
const listQuery = z.object({
  q: z
    .string()
    .max(200, "may hold at most 200 characters")
    .optional()
    .meta({ description: "Part of the title, or of what was asked or answered, in any case." }),
  ...paging,
});
const messagesQuery = z.object(paging);
/** As `toISOString` writes it, in a year that PostgreSQL knows. */
const updatedAt = z.iso.datetime({ precision: 3 }).regex(/^[12]/);
const position = z.object({ updatedAt, id: z.guid() });

const ofCaller = { tag: "Conversations", callers: ["user", "visitor"] as CallerKind[] };

export function addConversationsRoutes(routes: Routes, services: Services): void {
  addLists(routes, services);
  addRoutesOfOne(routes, services);
  addExportRoute(routes, services);
}

function addLists(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...ofCaller, method: "get", path: "/conversations", id: "listConversations", query: listQuery },
      summary: "List conversations, the one with the latest message first",
      answers: { 200: { description: "A page of conversations.", schema: pageOf(conversation) } },
      problems: [],
    },
    async (ctx, { query: { limit, cursor, ...filters } }) => {
      const caller = callerOf(ctx);
      const rows = await listConversations(services, caller, {
        q: filters.q,
        limit: limit + 1,
        after: readCursor(cursor, filters, position),
      });
      const offered = await offeredTo(services, caller);
      const data = rows.slice(0, limit).map((row) => presentConversation(row, offered));
      const last = rows.length > limit ? data.at(-1) : undefined;
      const next_cursor = last ? encodeCursor({ updatedAt: last.updated_at, id: last.id }, filters) : null;
      ctx.body = { data, next_cursor } satisfies Page<Conversation>;
    },
  );
  routes.add(
    {
      ...{ ...ofCaller, method: "get", path: "/conversations/:id/messages", id: "listMessages" },
      ...{ params: { id: conversationId }, query: messagesQuery },
      summary: "List the messages of a conversation, oldest first",
      answers: { 200: { description: "A page of messages.", schema: pageOf(storedMessage) } },
      problems: ["conversation-not-found"],
    },
    async (ctx, { params: { id }, query: { limit, cursor } }) => {
      const filters = { conversation: id };
      const page = { limit: limit + 1, after: readCursor(cursor, filters) };
      const reader = readerOf(ctx, id);
      const rows = await listMessages(services, callerOf(ctx), id, page);
      const data = rows.slice(0, limit).map((row) => presentMessage(services, reader, row));
      const last = rows.length > limit ? data.at(-1) : undefined;
      ctx.body = { data, next_cursor: last ? encodeCursor(last.id, filters) : null } satisfies Page<Message>;
    },
  );
}

function addRoutesOfOne(routes: Routes, services: Services): void {
  const shared = { ...ofCaller, path: "/conversations/:id", params: { id: conversationId } };
  routes.add(
    {
      ...{ ...shared, method: "get", id: "getConversation", summary: "Read a conversation's head" },
      answers: { 200: { description: "The conversation.", schema: conversation } },
      problems: ["conversation-not-found"],
    },
    async (ctx, { params }) => {
      const caller = callerOf(ctx);
      const found = await findConversation(services, caller, params.id);
      ctx.body = presentConversation(found, await offeredTo(services, caller));
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "patch", id: "renameConversation", summary: "Give a conversation another title" },
      body: rename,
      example: { title: "What the annual report says" },
      answers: { 200: { description: "The conversation.", schema: conversation } },
      problems: ["conversation-not-found"],
    },
    async (ctx, { params, body: { title } }) => {
      const caller = callerOf(ctx);
      const renamed = await renameConversation(services, caller, params.id, title);
      ctx.body = presentConversation(renamed, await offeredTo(services, caller));
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "delete", id: "deleteConversation", summary: "Delete a conversation" },
      answers: { 204: { description: "It is gone, and an answer that was being written has ended." } },
      problems: ["conversation-not-found"],
    },
    async (ctx, { params }) => {
      const caller = callerOf(ctx);
      await deleteConversation(services, caller, params.id);
      const entry = { event: "conversation-deleted", subject: params.id, address: ctx.ip } as const;
      // What visitors delete is theirs alone.
      if (!caller.visitor) await recordAudit(services, { userId: caller.userId, ...entry });
      ctx.status = 204;
    },
  );
}
