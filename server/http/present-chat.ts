// Conversations, messages and the events of an answer as one caller sees them: pictures signed for it, errors as problems.
import type { Citation, Conversation, ExportedMessage, Message, StreamErrorData } from "@pagewise/sdk/contract";
import type { ErrorEntry } from "../answer-end.ts";
import type { Feed } from "../feed.ts";
import type { ConversationModel, MessageModel, StoredCitation } from "../models/conversation.ts";
import type { LogEntry } from "../ports.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Offered } from "../withdrawal.ts";
import { pageUrl } from "./present.ts";
import { problemBody } from "./problems.ts";
import type { Reader } from "./signing.ts";
import { encodeEvent } from "./sse.ts";

type Signing = Pick<Services, "keys" | "clock">;

function presentCitation(services: Signing, reader: Reader, citation: StoredCitation): Citation {
  const { document_id: documentId, page } = citation;
  return { ...citation, page_image_url: pageUrl(services, reader, { documentId, page }) };
}

export function presentMessage(services: Signing, reader: Reader, message: MessageModel): Message {
  const { citations } = message;
  return {
    ...exportedMessage(message),
    citations: citations.map((citation) => presentCitation(services, reader, citation)),
  };
}

/** For a file that is kept: without addresses that end soon and are signed for one person. */
export function exportedMessage(message: MessageModel): ExportedMessage {
  const { id, conversation_id, role, status, text, citations, cited, unsupported, finish_reason, confidence } = message;
  return {
    ...{ id, conversation_id, role, status, text, citations, cited, unsupported, finish_reason, confidence },
    error: message.error,
    replaces: message.replaces,
    feedback: message.feedback,
    created_at: message.created_at.toISOString(),
  };
}

/** @param offered of its documents, those that the caller may hear of */
export function presentConversation(conversation: ConversationModel, offered: Offered): Conversation {
  const { id, title, created_at, updated_at } = conversation;
  const document_ids = conversation.document_ids.filter((documentId) => offered === null || offered.has(documentId));
  return { id, title, document_ids, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}

/** What presents entries of answers' logs as the contract's chat events, encoded. */
export function createChatPresenter(services: Signing) {
  // All readers of an answer take an entry one after the other: it is encoded for the first.
  let shared: LogEntry | undefined;
  let encoded = "";
  return (
    to: { reader: Reader; requestId: string },
    open: (wake: () => void) => Feed<LogEntry>,
  ): ((wake: () => void) => Feed<string>) => {
    const encode = (entry: LogEntry) => {
      const { id, event, data } = entry;
      if (event === "citations" || event === "error")
        return encodeEvent({ id, event, data: presentData(services, to, event, data) });
      if (entry !== shared) {
        encoded = encodeEvent({ id, event, data });
        shared = entry;
      }
      return encoded;
    };
    return (wake) => {
      const feed = open(wake);
      return {
        take() {
          const entry = feed.take();
          return entry && encode(entry);
        },
        leave: () => feed.leave(),
      };
    };
  };
}

function presentData(
  services: Signing,
  { reader, requestId }: { reader: Reader; requestId: string },
  event: "citations" | "error",
  data: unknown,
): unknown {
  if (event === "citations") {
    const { citations } = data as { citations: StoredCitation[] };
    return { citations: citations.map((citation) => presentCitation(services, reader, citation)) };
  }
  const { code, detail, text_length, cited, unsupported } = data as ErrorEntry;
  return {
    ...problemBody(new Problem(code, detail), requestId),
    text_length,
    cited,
    unsupported,
  } satisfies StreamErrorData;
}
