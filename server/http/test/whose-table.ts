// Of each operation, what it names of somebody else's, and what whoever is not that person gets. A new operation needs a row.
import type { Things } from "./things.ts";

type PathThing = "document" | "conversation" | "answer" | "embed" | "publicKey";

export interface Row {
  /** What of the owner's the path names, by the parameter's name. */
  path?: Record<string, PathThing | "1">;
  /** What is sent, one request each; absent: nothing is. */
  bodies?: (things: Things, own: Things) => unknown[];
  /** What a stranger gets where no token is asked for. */
  anyone?: number;
  /** What another user gets; "own": their own, and nothing of the owner's is in it. */
  user?: number | "own";
  /** The same for visitors. */
  visitor?: number | "own";
}

const open: Row = { anyone: 200 };
const usersOwn: Row = { user: "own", visitor: 403 };
const callersOwn: Row = { user: "own", visitor: "own" };
const document: Row = { path: { id: "document" }, user: 404, visitor: 403 };
const conversation: Row = { path: { id: "conversation" }, user: 404, visitor: 404 };
const answer: Row = { path: { id: "answer" }, user: 404, visitor: 404 };
const embed: Row = { path: { id: "embed" }, user: 404, visitor: 403 };
const guess = "a-token-that-nobody-was-given";

export const whoseTable: Record<string, Row> = {
  getLiveness: open,
  getReadiness: open,
  getPage: open,
  getIcon: open,
  getLoader: open,
  getWidgetFile: { anyone: 404 },

  register: { anyone: 409, bodies: ({ email }) => [{ email: email.toUpperCase(), password: "somebody else's word" }] },
  login: {
    anyone: 401,
    bodies: ({ email, password }) => [
      { email, password: `${password} ` },
      { email, password: "" },
      { email: `${email}.`, password },
    ],
  },
  refresh: { anyone: 401, bodies: () => [{ refresh_token: guess }] },
  logout: { anyone: 204, bodies: () => [{ refresh_token: guess }] },
  getAccount: usersOwn,
  changePassword: {
    user: 401,
    visitor: 403,
    bodies: ({ password }) => [{ current_password: `${password}!`, new_password: "my own long password" }],
  },
  deleteAccount: {
    user: 401,
    visitor: 403,
    bodies: ({ password }) => [{ password: `${password}!` }, { password: "" }],
  },

  endSessions: usersOwn,
  listActivity: usersOwn,
  getUsage: usersOwn,
  getOpenApi: open,
  getDocs: open,
  getDocsStyle: open,

  uploadDocument: usersOwn,
  listDocuments: usersOwn,
  watchDocuments: usersOwn,
  getDocument: document,
  renameDocument: { ...document, bodies: () => [{ title: "Mine now" }] },
  deleteDocument: document,
  retryDocument: document,
  getDocumentFile: document,
  getPagePicture: { ...document, path: { id: "document", n: "1" } },

  ask: {
    user: 404,
    visitor: 404,
    bodies: (things, own) => [
      { message: "What is the fee?", document_ids: [things.document] },
      { message: "What is the fee?", document_ids: [own.document, things.document] },
      { message: "What is the fee?", document_ids: [own.document], conversation_id: things.conversation },
      { message: "What is the fee?", conversation_id: things.conversation },
      { message: "What is the fee?", document_ids: [things.document], conversation_id: things.conversation },
    ],
  },
  followAnswer: answer,
  stopAnswer: answer,
  regenerate: answer,
  giveFeedback: { ...answer, bodies: () => [{ rating: "down", comment: "not mine" }, { rating: null }] },
  listConversations: callersOwn,
  getConversation: conversation,
  renameConversation: { ...conversation, bodies: () => [{ title: "Mine now" }] },
  deleteConversation: conversation,
  listMessages: conversation,
  exportConversation: conversation,

  createEmbed: {
    user: 404,
    visitor: 403,
    bodies: (things, own) => [
      { name: "Mine", document_ids: [things.document] },
      { name: "Mine", document_ids: [own.document, things.document] },
    ],
  },
  listEmbeds: usersOwn,
  getEmbed: embed,
  getEmbedUsage: embed,
  changeEmbed: {
    ...embed,
    bodies: (_, own) => [
      { name: "Mine now" },
      { document_ids: [own.document] },
      { allowed_origins: ["https://evil.example"] },
      { enabled: false },
    ],
  },
  deleteEmbed: embed,
  rotateEmbedSecret: { ...embed, bodies: () => [{}, { revoke_now: true }] },
  // Of no page: whoever knows the key, which stands in every page, has to be a page that the owner named.
  beginVisitorSession: { path: { public_key: "publicKey" }, anyone: 403, bodies: () => [{}, { visitor_id: guess }] },
};
