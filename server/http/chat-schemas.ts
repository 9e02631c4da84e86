// What answers of the chat hold, held to the contract's types by the compiler: conversations, messages, and their events.
import type {
  ChatEvent,
  Citation,
  Conversation,
  ConversationExport,
  DocumentEvent,
  DoneData,
  ExportedMessage,
  Feedback,
  Message,
  StartData,
  StreamErrorData,
} from "@pagewise/sdk/contract";
import { z } from "zod";
import {
  agreed,
  count,
  type documentEvents,
  exampleId,
  id,
  problem,
  share,
  signedAddress,
  timestamp,
} from "./schemas.ts";

const rect = z.tuple([share, share, share, share]).meta({
  id: "Rect",
  description: "x0, y0, x1, y1 as fractions of the page's width and height, from the top left.",
});
const range = z.tuple([count, count]).meta({ description: "UTF-16 units of the text: from, and up to." });
const unsupported = z.array(range).meta({ description: "Ranges of the text that no citation supports." });
const cited = z.array(z.int().min(1)).meta({ description: "Indexes of the citations that the text uses." });

const exampleCitation: Citation = {
  ...{ index: 1, document_id: exampleId(2), filename: "annual-report-2025.pdf", title: "Annual report 2025" },
  ...{ page: 12, quote: "The board approved a budget of 4.2 million.", rects: [[0.1, 0.42, 0.86, 0.44]] },
  page_image_url: `/documents/${exampleId(2)}/pages/12?width=960&s=…&e=…&k=…&m=…`,
};

const citation = agreed<Citation>()(
  z.object({
    index: z.int().min(1).meta({ description: "The text refers to it as `[1]`." }),
    document_id: id,
    filename: z.string(),
    title: z.string(),
    page: z.int().min(1),
    quote: z.string().meta({ description: "Stands word for word on that page." }),
    rects: z.array(rect),
    page_image_url: signedAddress,
  }),
).meta({ id: "Citation", examples: [exampleCitation] });

const finishReason = z.enum(["stop", "length", "stopped", "refused", "blocked"]).meta({
  id: "FinishReason",
  description: "`refused`: the documents hold no answer, and the text says so.",
});

const feedback = agreed<Feedback>()(z.object({ rating: z.enum(["up", "down"]), comment: z.string().nullable() })).meta({
  id: "Feedback",
});

const message = z.object({
  id,
  conversation_id: id,
  role: z.enum(["user", "assistant"]),
  status: z.enum(["streaming", "complete", "stopped", "failed"]),
  text: z.string(),
  citations: z.array(citation),
  cited,
  unsupported,
  finish_reason: finishReason.nullable(),
  confidence: share.nullable(),
  error: z.object({ code: z.string(), title: z.string(), detail: z.string() }).nullable(),
  replaces: id.nullable().meta({ description: "The message that this one was made instead of." }),
  feedback: feedback.nullable(),
  created_at: timestamp,
});

export const storedMessage = agreed<Message>()(message).meta({ id: "Message" });

export const conversation = agreed<Conversation>()(
  z.object({ id, title: z.string(), document_ids: z.array(id), created_at: timestamp, updated_at: timestamp }),
).meta({
  id: "Conversation",
  examples: [
    {
      ...{ id: exampleId(3), title: "What was decided about the budget?", document_ids: [exampleId(2)] },
      ...{ created_at: "2026-05-04T10:08:00.000Z", updated_at: "2026-05-04T10:08:03.000Z" },
    },
  ],
});

const exportedMessage = agreed<ExportedMessage>()(
  message.extend({ citations: z.array(citation.omit({ page_image_url: true })) }),
).meta({ id: "ExportedMessage", description: "A message without signed addresses." });

export const conversationExport = agreed<ConversationExport>()(
  z.object({ exported_at: timestamp, conversation, messages: z.array(exportedMessage) }),
).meta({ id: "ConversationExport" });

const start = agreed<StartData>()(z.object({ conversation_id: id, message_id: id, user_message_id: id })).meta({
  id: "StartData",
});

const done = agreed<DoneData>()(
  z.object({
    finish_reason: finishReason,
    confidence: share,
    cited,
    unsupported,
    model: z.string(),
    usage: z.object({ prompt_tokens: count, completion_tokens: count }),
  }),
).meta({ id: "DoneData" });

const streamError = agreed<StreamErrorData>()(
  problem.extend({
    text_length: count.meta({ description: "The reader cuts its text to so many UTF-16 units." }),
    cited: cited.exactOptional(),
    unsupported: unsupported.exactOptional(),
  }),
).meta({ id: "StreamErrorData" });

/** By its name, what each event of an answer carries. */
export const chatEvents = {
  start: { description: "First.", schema: start },
  citations: {
    description: "What the answer is drawn from, best first, at most 10; the text may use fewer.",
    schema: z.object({ citations: z.array(citation) }),
  },
  delta: {
    description: "The next piece of the text; it never splits a character.",
    schema: z.object({ text: z.string() }),
  },
  done: { description: "Last, where the answer is whole.", schema: done },
  error: { description: "Last, where it is not.", schema: streamError },
};

type Carried<E> = { [K in keyof E]: E[K] extends { schema: z.ZodType<infer T> } ? T : never };
type Told<E extends { event: string; data: unknown }> = { [K in E["event"]]: Extract<E, { event: K }>["data"] };
/** The events, too, say neither more nor less than the contract. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
true satisfies Same<Carried<typeof chatEvents>, Told<ChatEvent>>;
true satisfies Same<Carried<typeof documentEvents>, Told<DocumentEvent>>;
