// The route that gives a conversation as a file to keep: Markdown to read, JSON for programs.
import { Readable } from "node:stream";
import type { Conversation, ConversationExport } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { z } from "zod";
import { conversationMarkdown } from "../conversation-export.ts";
import { everyMessage, findConversation } from "../conversations.ts";
import { cleanFilename } from "../filename.ts";
import type { MessageModel } from "../models/conversation.ts";
import type { Services } from "../services.ts";
import { offeredTo } from "../withdrawal.ts";
import { callerOf } from "./auth.ts";
import { conversationExport } from "./chat-schemas.ts";
import type { Routes } from "./operation.ts";
import { conversationId } from "./parameters.ts";
import { exportedMessage, presentConversation } from "./present-chat.ts";

const exportQuery = z.object({
  format: z
    .enum(["markdown", "json"], "is markdown or json")
    .default("markdown")
    .meta({ description: "To read, or for programs." }),
});

export function addExportRoute(routes: Routes, services: Pick<Services, "db" | "clock">): void {
  routes.add(
    {
      ...{ method: "get", path: "/conversations/:id/export", id: "exportConversation", tag: "Conversations" },
      ...{ callers: ["user", "visitor"], params: { id: conversationId }, query: exportQuery },
      summary: "A conversation as a file to keep",
      answers: { 200: { description: "The file.", schema: conversationExport, content: "text/markdown" } },
      problems: ["conversation-not-found"],
    },
    sendExport(services),
  );
}

interface ExportInput {
  params: { id: string };
  query: z.output<typeof exportQuery>;
}

function sendExport(services: Pick<Services, "db" | "clock">) {
  return async (ctx: Context, { params: { id }, query: { format } }: ExportInput): Promise<void> => {
    const caller = callerOf(ctx);
    const conversation = await findConversation(services, caller, id);
    const messages = everyMessage(services, caller, id, { byQuestion: format === "markdown" });
    const exportedAt = services.clock.now();
    ctx.attachment(exportName(conversation.title, format === "markdown" ? "md" : "json"));
    ctx.type = format === "markdown" ? "text/markdown; charset=utf-8" : "application/json; charset=utf-8";
    ctx.body = Readable.from(
      format === "markdown"
        ? conversationMarkdown(conversation, messages, exportedAt)
        : conversationJson(presentConversation(conversation, await offeredTo(services, caller)), messages, exportedAt),
    );
  };
}

/** Some systems take none of these characters in a name. */
const unnamable = /[\\/:*?"<>|\p{Cc}]+/gu;

function exportName(title: string, ending: string): string {
  const name = title
    .replace(unnamable, " ")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  return cleanFilename(`${name || "Conversation"}.${ending}`);
}

async function* conversationJson(
  conversation: Conversation,
  messages: AsyncIterable<MessageModel>,
  exportedAt: Date,
): AsyncGenerator<string> {
  const head: Omit<ConversationExport, "messages"> = { exported_at: exportedAt.toISOString(), conversation };
  yield `${JSON.stringify(head).slice(0, -1)},"messages":[`;
  let between = "\n";
  for await (const message of messages) {
    yield between + JSON.stringify(exportedMessage(message));
    between = ",\n";
  }
  yield "\n]}\n";
}
