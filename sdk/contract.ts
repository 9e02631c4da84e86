// The wire between server and client: every JSON body and server-sent event, types only, in snake_case as sent.

/** UUIDv7, made by the server. */
export type Id = string;
/** ISO 8601, UTC. */
export type Timestamp = string;

export interface Page<T> {
  /** Newest first. */
  data: T[];
  /** Opaque; pass it back as `?cursor=`. `null` at the end. */
  next_cursor: string | null;
}

/** RFC 9457 problem document: every failure on every path. Switch on `code`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: { pointer: string; detail: string }[];
}

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

// Embeds

export interface EmbedTheme {
  /** `auto` follows the visitor's system. */
  scheme: "light" | "dark" | "auto";
  /** Colours as `#rrggbb`; null: Pagewise's own. */
  accent: string | null;
  marker: string | null;
}

export interface Embed {
  id: Id;
  name: string;
  /** `pk_…`: names the embed in a page, where everybody can read it. */
  public_key: string;
  document_ids: Id[];
  /** Exact: scheme, host and port. Empty: nowhere. */
  allowed_origins: string[];
  theme: EmbedTheme;
  greeting: string;
  starters: string[];
  /** A BCP 47 tag; null: the page's. */
  locale: string | null;
  /** Questions in a day (UTC) by all, by one visitor, and by all anonymous visitors of one address; null: no limit. */
  daily_message_limit: number | null;
  visitor_message_limit: number | null;
  /** null: as many as one visitor. */
  address_message_limit: number | null;
  enabled: boolean;
  created_at: Timestamp;
}

/** What `POST /embeds` and `POST /embeds/{id}/rotate-secret` answer: the only time that the secret is shown. */
export interface EmbedWithSecret extends Embed {
  /** `sk_…`: signs identity tokens. It belongs on the host site's server, never in a page. */
  secret: string;
}

export type EmbedChanges = Partial<
  Omit<Embed, "id" | "public_key" | "created_at" | "theme"> & { theme: Partial<EmbedTheme> }
>;

export interface EmbedUsage {
  /** Oldest first, one entry a day (UTC), days without a question too. */
  data: { day: string; sessions: number; questions: number; refused: number }[];
}

export interface EmbedSessionRequest {
  /** As an earlier session gave it; an unknown one is answered by a new one. */
  visitor_id?: string | undefined;
  /** A JWT signed by the host site's server with the embed's secret. */
  identity_token?: string | undefined;
}

export interface EmbedSession {
  access_token: string;
  /** Seconds. */
  expires_in: number;
  /** Of an identified person it only tells them from others; it opens nothing. */
  visitor_id: string;
  embed: Pick<Embed, "name" | "theme" | "greeting" | "starters" | "locale">;
}
