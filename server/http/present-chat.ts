// Conversations, messages and the events of an answer as one session sees them: pictures signed for it, errors as problems.
import type {
  ChatEvent,
  Citation,
  Conversation,
  ExportedMessage,
  Message,
  StreamErrorData,
} from "@pagewise/sdk/contract";
import type { ErrorEntry } from "../answer-end.ts";
import type { ConversationModel, MessageModel, StoredCitation } from "../models/conversation.ts";
import type { LogEntry } from "../ports.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sessions.ts";
import { pageUrl } from "./present.ts";
import { problemBody } from "./problems.ts";

type Signing = Pick<Services, "keys" | "clock">;

function presentCitation(services: Signing, session: Session, citation: StoredCitation): Citation {
  const { document_id: documentId, page } = citation;
  return { ...citation, page_image_url: pageUrl(services, session, { documentId, page }) };
}

export function presentMessage(services: Signing, session: Session, message: MessageModel): Message {
  const { citations } = message;
  return {
    ...exportedMessage(message),
    citations: citations.map((citation) => presentCitation(services, session, citation)),
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

export function presentConversation(conversation: ConversationModel): Conversation {
  const { id, title, document_ids, created_at, updated_at } = conversation;
  return { id, title, document_ids, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}

/** Entries of an answer's log, one by one, as the contract's chat events. */
export function presentChatEvents(
  services: Signing,
  reader: { session: Session; requestId: string },
  entries: AsyncIterable<LogEntry>,
): AsyncIterable<ChatEvent> {
  const present = ({ done, value }: IteratorResult<LogEntry>): IteratorResult<ChatEvent> => {
    if (done) return { done, value };
    const { id, event, data } = value;
    return { done: false, value: { id, event, data: presentData(services, reader, event, data) } as ChatEvent };
  };
  return {
    // No generator: each is a quarter of what an open stream needs beside its connection.
    [Symbol.asyncIterator]() {
      const iterator = entries[Symbol.asyncIterator]();
      return {
        next: () => iterator.next().then(present),
        return: async () => {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function presentData(
  services: Signing,
  { session, requestId }: { session: Session; requestId: string },
  event: string,
  data: unknown,
): unknown {
  if (event === "citations") {
    const { citations } = data as { citations: StoredCitation[] };
    return { citations: citations.map((citation) => presentCitation(services, session, citation)) };
  }
  if (event === "error") {
    const { code, detail, text_length, cited, unsupported } = data as ErrorEntry;
    return {
      ...problemBody(new Problem(code, detail), requestId),
      text_length,
      cited,
      unsupported,
    } satisfies StreamErrorData;
  }
  return data;
}
