// The client as its users see it: every group of calls, with shapes, units and errors.
import type {
  Activity,
  AskRequest,
  Conversation,
  Credentials,
  Document,
  DocumentEvent,
  DocumentStatus,
  Embed,
  EmbedChanges,
  EmbedSession,
  EmbedUsage,
  EmbedWithSecret,
  ExportFormat,
  Id,
  LibraryUsage,
  Message,
  Page,
  Rating,
  UploadResult,
  User,
} from "./contract.ts";
import type { CallOptions } from "./request.ts";
import type { SessionEnd } from "./session.ts";
import type { AnswerStream } from "./stream.ts";
import type { UploadOptions } from "./upload.ts";

/**
 * Every method rejects with an `ApiError` (the server says no), a `ConnectionError` (no whole answer came), or the
 * reason of the signal that aborted it. A 401 is answered by one refresh, shared by all calls under way, and one more try.
 */
export interface Client extends VisitorClient {
  readonly users: Users;
  readonly documents: Documents;
  readonly embeds: Embeds;
}

/** What a visitor of an embed may call. */
export interface VisitorClient {
  readonly chat: Chat;
  readonly messages: Messages;
  readonly conversations: Conversations;
  /**
   * What the owner made of the embed, for a client with `embedKey`: name, theme, greeting, starters, locale. Begins the
   * session where there is none. ApiError: 403 `origin-not-allowed`, 404 `embed-not-found` (also when it is disabled),
   * 401 `identity-invalid` (also where the page gave no token), 429.
   */
  embed(): Promise<EmbedSession["embed"]>;
  /** Whether there are tokens; they may have ended on the server meanwhile. */
  signedIn(): boolean;
  /**
   * Calls `listener` when the person who was signed in no longer is: the refresh was refused (`expired`), signed out
   * (`logged-out`), or another tab, or an identity token, is someone else's (`elsewhere`). @returns how to stop listening.
   */
  onSessionEnd(listener: (reason: SessionEnd) => void): () => void;
  /** The absolute address of a signed, relative `…_url` field. */
  url(path: string): string;
}

export interface Users {
  /** Does not sign in. ApiError: 409 `email-taken`, 422 `invalid-request`. */
  register(credentials: Credentials, options?: CallOptions): Promise<User>;
  /** ApiError: 401 `invalid-credentials`, 429 `too-many-attempts`. */
  login(credentials: Credentials, options?: CallOptions): Promise<void>;
  /** Forgets the tokens at once; rejects where the server could not be told to forget them too. */
  logout(options?: CallOptions): Promise<void>;
  me(options?: CallOptions): Promise<User>;
  /** How much room the documents take, and how much they may. */
  usage(options?: CallOptions): Promise<LibraryUsage>;
  /**
   * Ends every other sign-in. ApiError: 401 `invalid-credentials`, 422 `invalid-request` at `/new_password` where it is
   * too short, too long or too easy to guess, 429 `too-many-attempts`.
   */
  changePassword(passwords: { current_password: string; new_password: string }, options?: CallOptions): Promise<void>;
  /** Ends every other sign-in. @param options.all This one too; its tokens are forgotten. */
  endSessions(options?: CallOptions & { all?: boolean | undefined }): Promise<void>;
  /** One page of what happened to the account, newest first. */
  activity(query?: PageQuery, options?: CallOptions): Promise<Page<Activity>>;
  /**
   * Deletes the account with everything in it, and forgets the tokens. ApiError: 401 `invalid-credentials`, 429
   * `too-many-attempts`.
   */
  delete(proof: { password: string }, options?: CallOptions): Promise<void>;
}

export interface Documents {
  /**
   * Sends a PDF. The same bytes again give the document that stands.
   * ApiError: 409 `library-full`, 413 `file-too-large`, 415 `not-a-pdf`, 429 `too-many-requests`. FileChangedError
   * (`file-changed`) where the file was changed, moved or removed after it was chosen.
   */
  upload(file: Blob, options?: UploadOptions): Promise<UploadResult>;
  /** One page of the list, newest first. */
  list(query?: DocumentFilters & PageQuery, options?: CallOptions): Promise<Page<Document>>;
  /** The whole list, fetched page by page as it is read. */
  all(filters?: DocumentFilters, options?: CallOptions): AsyncIterable<Document>;
  get(id: Id, options?: CallOptions): Promise<Document>;
  /** @param title At most 200 characters. */
  rename(id: Id, title: string, options?: CallOptions): Promise<Document>;
  delete(id: Id, options?: CallOptions): Promise<void>;
  /** Queues a failed document again. ApiError: 409 `not-failed`. */
  retry(id: Id, options?: CallOptions): Promise<Document>;
  /**
   * A picture of page `page` (1-based). @param options.width 160, 320, 640, 960 (default), 1280 or 1920 pixels.
   * ApiError: 404 `not-found` where there is no such page, `document-not-found`, 422 for another width.
   */
  pageImage(id: Id, page: number, options?: CallOptions & { width?: number | undefined }): Promise<Blob>;
  /**
   * The unfinished documents as a `snapshot`, then each change, until the loop is left or the signal aborts. A lost
   * connection is made again without end, and each begins with a fresh snapshot: ask `list` for what finished meanwhile.
   */
  events(options?: CallOptions): AsyncIterable<DocumentEvent>;
}

export interface AnswerOptions extends CallOptions {
  /** Told `false` when the connection is lost and is being made again, `true` once the answer goes on. */
  onConnection?: ((connected: boolean) => void) | undefined;
}

export interface AskOptions extends AnswerOptions {
  /**
   * By which the server knows this request when it is sent again, for 24 hours; made anew for each call where it is
   * absent. Bring your own to ask again what may have arrived: the same request gets the same answer.
   */
  idempotencyKey?: string | undefined;
}

export interface Chat {
  /**
   * Asks; the request is sent when the stream is read. ApiError before the first event: 404 `document-not-found`,
   * `conversation-not-found`, 409 `no-documents`, `document-not-ready`, `conversation-busy`, 422 `idempotency-mismatch`
   * (the key came with another request before), 422, 429.
   */
  ask(request: AskRequest, options?: AskOptions): AnswerStream;
  /**
   * The same answer again, live or finished.
   * @param options.after The `id` of the last event known; from the start without it. With it, `final()` has only what came after.
   */
  resume(messageId: Id, options?: AnswerOptions & { after?: number | undefined }): AnswerStream;
  /** A new answer to the same question, as a new message; the one before stays. */
  regenerate(messageId: Id, options?: AskOptions): AnswerStream;
  /** Stops the writing. The text so far is kept, and the stream ends with `done` (`stopped`). */
  stop(messageId: Id, options?: CallOptions): Promise<void>;
}

export interface Messages {
  /** `rating: null` takes the rating back. */
  feedback(
    id: Id,
    feedback: { rating: Rating | null; comment?: string | undefined },
    options?: CallOptions,
  ): Promise<void>;
}

export interface Conversations {
  /** One page of the list, by last message, newest first. `q`: part of the title, or of what was asked or answered. */
  list(query?: { q?: string | undefined } & PageQuery, options?: CallOptions): Promise<Page<Conversation>>;
  get(id: Id, options?: CallOptions): Promise<Conversation>;
  /** One page of its messages, oldest first. */
  messages(id: Id, query?: PageQuery, options?: CallOptions): Promise<Page<Message>>;
  rename(id: Id, title: string, options?: CallOptions): Promise<Conversation>;
  delete(id: Id, options?: CallOptions): Promise<void>;
  /** The whole conversation as a file, named after its title: Markdown to read, JSON (`ConversationExport`) for programs. */
  export(id: Id, format: ExportFormat, options?: CallOptions): Promise<File>;
}

/** Of a signed-in user: public keys that put the chat on other sites. */
export interface Embeds {
  /** One page of the list, newest first. */
  list(query?: PageQuery, options?: CallOptions): Promise<Page<Embed>>;
  /**
   * Makes one; a name is enough, and it stands nowhere until `allowed_origins` names where. The answer alone shows the
   * secret. ApiError: 404 `document-not-found`, 409 `too-many-embeds`, 422 `invalid-request` with a pointer to each fault.
   */
  create(embed: NewEmbed, options?: CallOptions): Promise<EmbedWithSecret>;
  get(id: Id, options?: CallOptions): Promise<Embed>;
  /** What is not named stays, within the theme too. It holds at once, also for visitors who are there. ApiError as `create`. */
  update(id: Id, changes: EmbedChanges, options?: CallOptions): Promise<Embed>;
  /** Takes its visitors and their conversations along. */
  delete(id: Id, options?: CallOptions): Promise<void>;
  /** A new secret; the one before verifies for 24 hours more, unless `revoke_now`. The answer alone shows it. */
  rotateSecret(
    id: Id,
    rotation?: { revoke_now?: boolean | undefined },
    options?: CallOptions,
  ): Promise<EmbedWithSecret>;
  /** Sessions and questions of each of the last `days` (14; 1–90), oldest first. */
  usage(id: Id, query?: { days?: number | undefined }, options?: CallOptions): Promise<EmbedUsage>;
}

export type NewEmbed = EmbedChanges & { name: string };

export interface PageQuery {
  /** 1–100; the server's default is 50. */
  limit?: number | undefined;
  /** `next_cursor` of the page before, with the same filters. */
  cursor?: string | undefined;
}

export interface DocumentFilters {
  status?: DocumentStatus | undefined;
  /** Words of the title or file name. */
  q?: string | undefined;
}
