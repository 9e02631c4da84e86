// Routes of questions: asking, following an answer, stopping it, asking again, and saying whether it was good.
import Router from "@koa/router";
import type { StartData } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { z } from "zod";
import { giveFeedback } from "../conversations.ts";
import { type OnceKey, once } from "../idempotency.ts";
import type { Services } from "../services.ts";
import { wellFormed } from "../well-formed.ts";
import { requireUser, sessionOf } from "./auth.ts";
import { onceKeyOf } from "./idempotency.ts";
import { createChatPresenter } from "./present-chat.ts";
import { createQuestionLimit } from "./question-limit.ts";
import { sendFeed } from "./sse.ts";
import { jsonBody, pathId, queryValue, validate } from "./validate.ts";

const maxMessageLength = 8000;
const maxDocuments = 100;
const maxComment = 2000;

const question = z.object({
  message: z
    .string()
    .refine((text) => [...text].length <= maxMessageLength, `may hold at most ${maxMessageLength} characters`)
    .refine((text) => text.trim() !== "", "is empty")
    .transform(wellFormed),
  document_ids: z
    .array(z.guid("is not an id"))
    .max(maxDocuments, `may name at most ${maxDocuments} documents`)
    .optional(),
  conversation_id: z.guid("is not an id").optional(),
});
const feedback = z.object({
  rating: z.enum(["up", "down"]).nullable(),
  // PostgreSQL's JSON, other than its text, refuses half a character.
  comment: z.string().max(maxComment, `may hold at most ${maxComment} characters`).transform(wellFormed).nullish(),
});
const eventId = z
  .string()
  .regex(/^\d{1,15}$/, "is not the id of an event")
  .transform(Number);

export function chatRoutes(services: Services): Router {
  const router = new Router();
  const { chat } = services;
  const signedIn = requireUser(services);
  const counted = createQuestionLimit(services.config.questionsPerMinute);

  const present = createChatPresenter(services);

  const send = (ctx: Context, messageId: string, { after, hasEnded }: { after: number; hasEnded: boolean }) => {
    const reader = { session: sessionOf(ctx), requestId: String(ctx.state.requestId ?? "") };
    const feed = present(reader, (wake) => chat.events(messageId, { after, hasEnded, wake }));
    // A server that stops writes its answers to their end first; those of others are read elsewhere.
    sendFeed(ctx, feed, { throughStop: chat.isWriting(messageId) });
  };
  /** A new answer, or from its start the one that the same request has begun before. */
  const sendNew = async (ctx: Context, key: OnceKey | null, begin: (userId: string) => Promise<StartData>) => {
    const { userId } = sessionOf(ctx);
    const messageId = await once(services, key, {
      find: async (made) => (await chat.follow(userId, made)).id,
      make: async () => (await counted(userId, key?.key, () => begin(userId))).message_id,
    });
    send(ctx, messageId, { after: 0, hasEnded: false });
  };

  router.post("/chat", signedIn, jsonBody, async (ctx) => {
    const body = validate(question, ctx.request.body);
    const key = onceKeyOf(ctx, body);
    const { message, document_ids: documentIds, conversation_id: conversationId } = body;
    await sendNew(ctx, key, (userId) =>
      chat.ask({ userId, message: message.trim(), documentIds, conversationId }, key),
    );
  });

  router.get("/chat/:id/stream", signedIn, async (ctx) => {
    const id = pathId(ctx, "id");
    const after = validate(eventId, ctx.get("Last-Event-ID") || queryValue(ctx, "after") || "0");
    const { status } = await chat.follow(sessionOf(ctx).userId, id);
    send(ctx, id, { after, hasEnded: status !== "streaming" });
  });

  router.post("/chat/:id/stop", signedIn, async (ctx) => {
    await chat.stop(sessionOf(ctx).userId, pathId(ctx, "id"));
    ctx.status = 204;
  });

  router.post("/chat/:id/regenerate", signedIn, async (ctx) => {
    const id = pathId(ctx, "id");
    const key = onceKeyOf(ctx, null);
    await sendNew(ctx, key, (userId) => chat.regenerate(userId, id, key));
  });

  router.put("/messages/:id/feedback", signedIn, jsonBody, async (ctx) => {
    const id = pathId(ctx, "id");
    const { rating, comment } = validate(feedback, ctx.request.body);
    const given = rating && { rating, comment: comment || null };
    await giveFeedback(services, sessionOf(ctx).userId, id, given);
    ctx.status = 204;
  });

  return router;
}
