// Routes of questions: asking, following an answer, stopping it, asking again, and saying whether it was good.
import type { StartData } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { z } from "zod";
import type { Caller } from "../caller.ts";
import { giveFeedback } from "../conversations.ts";
import { type OnceKey, once } from "../idempotency.ts";
import { createReadingRights } from "../reading-rights.ts";
import type { Services } from "../services.ts";
import { wellFormed } from "../well-formed.ts";
import { offeredTo } from "../withdrawal.ts";
import { type CallerKind, callerOf, readerOf, rightOf } from "./auth.ts";
import { chatEvents } from "./chat-schemas.ts";
import { idempotencyKey, onceKeyOf } from "./idempotency.ts";
import type { Routes } from "./operation.ts";
import { messageId } from "./parameters.ts";
import { createChatPresenter } from "./present-chat.ts";
import { createQuestionLimit } from "./question-limit.ts";
import { sendFeed } from "./sse.ts";
import { createStreamLimit, type StreamLimit } from "./stream-limit.ts";
import { validate } from "./validate.ts";

const maxMessageLength = 8000;
const maxDocuments = 100;
const maxComment = 2000;

const question = z.object({
  message: z
    .string()
    .refine((text) => [...text].length <= maxMessageLength, `may hold at most ${maxMessageLength} characters`)
    .refine((text) => text.trim() !== "", "is empty")
    .transform(wellFormed)
    .meta({ minLength: 1, maxLength: maxMessageLength }),
  document_ids: z
    .array(z.guid("is not an id"))
    .max(maxDocuments, `may name at most ${maxDocuments} documents`)
    .optional()
    .meta({ description: "Absent: all ready documents, or those that the conversation began with." }),
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
const followQuery = z.object({
  after: eventId
    .optional()
    .meta({ description: "The number of the last event that was read; absent: from the start." }),
});

interface Following extends Made {
  after: number;
  hasEnded: boolean;
  /** Those that it is drawn from; null: not known yet. */
  documentIds: string[] | null;
}

interface Made {
  messageId: string;
  conversationId: string;
}

/** How the routes send an answer: a new one from its start, or a known one from an event on. */
interface Sending {
  placeForStream: StreamLimit;
  send(ctx: Context, answer: Following): Promise<void>;
  sendNew(ctx: Context, key: OnceKey | null, begin: (caller: Caller) => Promise<StartData>): Promise<void>;
}

const ofCaller = { tag: "Chat", callers: ["user", "visitor"] as CallerKind[] };
const written = { 200: { description: "The answer as it is written.", events: chatEvents } };

export function addChatRoutes(routes: Routes, services: Services): void {
  const sending = createSending(services);
  addAsking(routes, services, sending);
  addFollowing(routes, services, sending);
}

function createSending(services: Services): Sending {
  const { chat } = services;
  const counted = createQuestionLimit(services);
  const placeForStream = createStreamLimit(services);
  const present = createChatPresenter(services);
  const rights = createReadingRights(services);
  const send: Sending["send"] = async (ctx, { messageId, conversationId, after, hasEnded, documentIds }) => {
    const reader = { reader: readerOf(ctx, conversationId), requestId: String(ctx.state.requestId ?? "") };
    const may = documentIds ?? (await offeredTo(services, callerOf(ctx))) ?? [];
    const right = rightOf(services, ctx, [...may]);
    const feed = present(
      reader,
      rights.during(right, (wake) => chat.events(messageId, { after, hasEnded, wake })),
    );
    // A server that stops writes its answers to their end first; those of others are read elsewhere.
    sendFeed(ctx, feed, { throughStop: chat.isWriting(messageId) });
  };
  return {
    placeForStream,
    send,
    /** A new answer, or from its start the one that the same request has begun before. */
    async sendNew(ctx, key, begin) {
      const caller = callerOf(ctx);
      await placeForStream(ctx, caller);
      const made = await once<Made>(services, key, {
        async find(id) {
          const { conversation_id } = await chat.follow(caller, id);
          return { messageId: id, conversationId: conversation_id };
        },
        async make() {
          const { message_id, conversation_id } = await counted(ctx, { caller, key: key?.key }, () => begin(caller));
          return { messageId: message_id, conversationId: conversation_id };
        },
      });
      await send(ctx, { ...made, after: 0, hasEnded: false, documentIds: null });
    },
  };
}

function addAsking(routes: Routes, { chat }: Services, { sendNew }: Sending): void {
  const problems = [
    ...(["conversation-not-found", "no-documents", "conversation-busy"] as const),
    ...(["idempotency-mismatch", "too-many-requests"] as const),
  ];
  routes.add(
    {
      ...{
        ...ofCaller,
        method: "post",
        path: "/chat",
        id: "ask",
        summary: "Ask, and read the answer as it is written",
      },
      headers: idempotencyKey,
      body: question,
      example: { message: "What was decided about the budget?" },
      answers: written,
      problems: ["document-not-found", "document-not-ready", "not-found", ...problems],
    },
    async (ctx, { body }) => {
      const key = onceKeyOf(ctx, body);
      const { message, document_ids: documentIds, conversation_id: conversationId } = body;
      await sendNew(ctx, key, (caller) =>
        chat.ask({ caller, message: message.trim(), documentIds, conversationId }, key),
      );
    },
  );
  routes.add(
    {
      ...{ ...ofCaller, method: "post", path: "/chat/:id/regenerate", id: "regenerate", params: { id: messageId } },
      summary: "Ask again, for a new answer in place of this one",
      headers: idempotencyKey,
      answers: written,
      problems: ["not-found", ...problems],
    },
    async (ctx, { params }) => {
      const key = onceKeyOf(ctx, null);
      await sendNew(ctx, key, (caller) => chat.regenerate(caller, params.id, key));
    },
  );
}

function addFollowing(routes: Routes, services: Services, { send, placeForStream }: Sending): void {
  const { chat } = services;
  const shared = { ...ofCaller, params: { id: messageId } };
  routes.add(
    {
      ...{ ...shared, method: "get", path: "/chat/:id/stream", id: "followAnswer", query: followQuery },
      summary: "Follow an answer from some event on, live or finished",
      headers: {
        "Last-Event-ID": { schema: eventId, description: "The last event that was read; goes before `after`." },
      },
      answers: written,
      problems: ["not-found", "too-many-requests"],
    },
    async (ctx, { params, query }) => {
      const last = ctx.get("Last-Event-ID");
      const after = last ? validate(eventId, last) : (query.after ?? 0);
      const caller = callerOf(ctx);
      await placeForStream(ctx, caller);
      const { status, citations, conversation_id: conversationId } = await chat.follow(caller, params.id);
      const hasEnded = status !== "streaming";
      const documentIds = hasEnded || citations.length > 0 ? citations.map(({ document_id }) => document_id) : null;
      await send(ctx, { messageId: params.id, conversationId, after, hasEnded, documentIds });
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "post", path: "/chat/:id/stop", id: "stopAnswer" },
      summary: "Stop an answer; what is written so far is kept",
      answers: { 204: { description: "It stops." } },
      problems: ["not-found"],
    },
    async (ctx, { params }) => {
      await chat.stop(callerOf(ctx), params.id);
      ctx.status = 204;
    },
  );
  routes.add(
    {
      ...{ ...shared, method: "put", path: "/messages/:id/feedback", id: "giveFeedback" },
      summary: "Say whether an answer was good",
      body: feedback,
      example: { rating: "up", comment: "Exactly the page I looked for." },
      answers: { 204: { description: "It is noted; `null` takes it back." } },
      problems: ["not-found"],
    },
    async (ctx, { params, body: { rating, comment } }) => {
      const given = rating && { rating, comment: comment || null };
      await giveFeedback(services, callerOf(ctx), params.id, given);
      ctx.status = 204;
    },
  );
}
