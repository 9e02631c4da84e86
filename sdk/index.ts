// The face of the published package.
export { type ClientOptions, createClient, createVisitorClient } from "./client.ts";
export type {
  Activity,
  ActivityEvent,
  AskRequest,
  ChatEvent,
  Citation,
  Conversation,
  ConversationExport,
  Credentials,
  DeletedDocument,
  Document,
  DocumentError,
  DocumentErrorCode,
  DocumentEvent,
  DocumentStatus,
  DoneData,
  Embed,
  EmbedChanges,
  EmbedSession,
  EmbedTheme,
  EmbedUsage,
  EmbedWithSecret,
  ExportedMessage,
  ExportFormat,
  Feedback,
  FinishReason,
  Id,
  LibraryUsage,
  Message,
  MessageStatus,
  Page,
  ProblemBody,
  Rating,
  Rect,
  StartData,
  StreamErrorData,
  Timestamp,
  TokenPair,
  UploadResult,
  Usage,
  User,
} from "./contract.ts";
export {
  ApiError,
  ConnectionError,
  type ConnectionFault,
  FileChangedError,
  isApiError,
  isConnectionError,
  isFileChangedError,
} from "./errors.ts";
export type {
  AnswerOptions,
  AskOptions,
  Chat,
  Client,
  Conversations,
  DocumentFilters,
  Documents,
  Embeds,
  Messages,
  NewEmbed,
  PageQuery,
  Users,
  VisitorClient,
} from "./face.ts";
export { newIdempotencyKey } from "./idempotency.ts";
export type { GetToken } from "./refresh.ts";
export type { CallOptions } from "./request.ts";
export type { SessionEnd } from "./session.ts";
export type { Answer, AnswerStream } from "./stream.ts";
export { localStorageTokens, memoryTokens, type TokenStore } from "./tokens.ts";
export type { UploadOptions, UploadProgress } from "./upload.ts";
export { type IdentityToken, localStorageVisitor, memoryVisitor, type VisitorStore } from "./visitor.ts";
