// The wire between server and client: every JSON body and server-sent event, types only, in snake_case as sent.

import type { Id, ProblemBody, Timestamp } from "./contract-basics.ts";

export type * from "./contract-basics.ts";
export type * from "./contract-embeds.ts";

// People

export interface Credentials {
  email: string;
  password: string;
}

export interface User {
  id: Id;
  email: string;
  created_at: Timestamp;
}

/** What a library holds and may hold; null: there is no limit. */
export interface LibraryUsage {
  documents: number;
  bytes: number;
  max_documents: number | null;
  max_bytes: number | null;
}

export interface TokenPair {
  access_token: string;
  token_type: "bearer";
  /** Seconds until the access token ends. */
  expires_in: number;
  refresh_token: string;
}

export type ActivityEvent =
  | "registered"
  | "login"
  | "login-failed"
  | "logout"
  | "password-changed"
  | "sessions-ended"
  /** A refresh token that was spent before came again, too late for a second tab: its sign-in was ended. */
  | "session-revoked"
  | "document-deleted"
  | "conversation-deleted"
  | "embed-created"
  | "embed-changed"
  | "embed-turned-on"
  | "embed-turned-off"
  | "embed-secret-rotated"
  | "embed-deleted";

/** What happened to an account: kept 90 days, of each event the last 200. */
export interface Activity {
  id: Id;
  event: ActivityEvent;
  /** The document, conversation or embed that it happened to; it may be gone. */
  subject: Id | null;
  /** The network that it came from, never a whole address: `203.0.113.0/24`, `2001:db8:7::/48`. */
  network: string | null;
  created_at: Timestamp;
}

// Documents

export type DocumentStatus = "queued" | "processing" | "ready" | "failed";

export type DocumentErrorCode =
  | "pdf-encrypted"
  | "pdf-damaged"
  | "pdf-empty"
  | "pdf-no-text"
  | "pdf-too-many-pages"
  | "pdf-too-complex"
  | "internal-error";

export interface DocumentError {
  code: DocumentErrorCode;
  title: string;
  detail: string;
}

export interface Document {
  id: Id;
  title: string;
  filename: string;
  bytes: number;
  /** `null` until the file was opened. */
  pages: number | null;
  /** ISO 639-1, `null` where it is not known. */
  language: string | null;
  status: DocumentStatus;
  /** 0..1 */
  progress: number;
  /** Share of chunks that have an embedding, 0..1; `null` without an embedder. */
  embedded: number | null;
  /** 1-based numbers of pages that could not be read. */
  pages_unreadable: number[];
  /** Questions to begin with, at most three; they come some time after `ready`, and there may be none. */
  suggestions: string[];
  error: DocumentError | null;
  /** Signed, relative to the server's root. */
  thumbnail_url: string;
  /** Signed, relative to the server's root. */
  file_url: string;
  created_at: Timestamp;
  processed_at: Timestamp | null;
}

export interface UploadResult {
  document_id: Id;
  status: DocumentStatus;
  message: string;
  document: Document;
}

export interface DeletedDocument {
  id: Id;
  deleted: true;
}

/** What `GET /documents/events` sends: the unfinished documents once, then each change. */
export type DocumentEvent =
  | { event: "snapshot"; data: { documents: Document[] } }
  | { event: "document"; data: Document | DeletedDocument };

// Chat

export interface AskRequest {
  /** At most 8,000 characters. */
  message: string;
  /** At most 100; absent: all ready documents. */
  document_ids?: Id[];
  conversation_id?: Id;
}

/** x0, y0, x1, y1 as fractions of the page's width and height, from the top left. */
export type Rect = [number, number, number, number];

export interface Citation {
  /** 1-based; the text refers to it as `[1]`. */
  index: number;
  document_id: Id;
  filename: string;
  title: string;
  /** 1-based. */
  page: number;
  /** Stands word for word on that page. */
  quote: string;
  rects: Rect[];
  /** Signed, relative to the server's root. */
  page_image_url: string;
}

export type FinishReason = "stop" | "length" | "stopped" | "refused" | "blocked";

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

export interface StartData {
  conversation_id: Id;
  message_id: Id;
  user_message_id: Id;
}

export interface DoneData {
  finish_reason: FinishReason;
  /** 0..1 */
  confidence: number;
  /** Indexes of the citations that the text uses. */
  cited: number[];
  /** UTF-16 ranges of the text that no citation supports. */
  unsupported: [number, number][];
  model: string;
  usage: Usage;
}

/** A problem inside a stream; the reader cuts its text to `text_length` (UTF-16 units). The others are as in `done`. */
export type StreamErrorData = ProblemBody & {
  text_length: number;
  cited?: number[];
  unsupported?: [number, number][];
};

/** One event of an answer. `id` rises by one within the message. Exactly one `done` or `error` ends it. */
export type ChatEvent =
  | { id: number; event: "start"; data: StartData }
  | { id: number; event: "citations"; data: { citations: Citation[] } }
  | { id: number; event: "delta"; data: { text: string } }
  | { id: number; event: "done"; data: DoneData }
  | { id: number; event: "error"; data: StreamErrorData };

export type MessageStatus = "streaming" | "complete" | "stopped" | "failed";
export type Rating = "up" | "down";

export interface Feedback {
  rating: Rating;
  comment: string | null;
}

export interface Message {
  id: Id;
  conversation_id: Id;
  role: "user" | "assistant";
  status: MessageStatus;
  text: string;
  citations: Citation[];
  cited: number[];
  /** UTF-16 ranges of the text that no citation supports. */
  unsupported: [number, number][];
  finish_reason: FinishReason | null;
  confidence: number | null;
  error: { code: string; title: string; detail: string } | null;
  /** The message that this one was made instead of. */
  replaces: Id | null;
  feedback: Feedback | null;
  created_at: Timestamp;
}

export type ExportFormat = "markdown" | "json";

/** What `GET /conversations/{id}/export?format=json` sends. */
export interface ConversationExport {
  exported_at: Timestamp;
  conversation: Conversation;
  /** Oldest first. */
  messages: ExportedMessage[];
}

/** A message without signed addresses. */
export type ExportedMessage = Omit<Message, "citations"> & { citations: Omit<Citation, "page_image_url">[] };

export interface Conversation {
  id: Id;
  title: string;
  document_ids: Id[];
  created_at: Timestamp;
  updated_at: Timestamp;
}
