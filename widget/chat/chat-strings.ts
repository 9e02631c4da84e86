// Every word of the chat and of the page beside it.

/** `again`: ask or follow again. `library`: a document has to be added or chosen. `fresh`: in a new conversation. `none`: nothing that the reader can do. */
export type Remedy = "again" | "library" | "fresh" | "none";

interface FaultWords {
  title: string;
  /** Absent: the server's own, which knows more than we do. */
  detail?: string;
  remedy?: Remedy;
}

const faults: Record<string, FaultWords | undefined> = {
  "no-documents": {
    title: "There is nothing to answer from yet",
    detail: "Add a PDF and wait until it is ready. Your question is kept.",
    remedy: "library",
  },
  "document-not-found": {
    title: "That document is gone",
    detail: "It has been deleted. Choose another one; your question is kept.",
    remedy: "library",
  },
  "document-not-ready": {
    title: "The document is still being read",
    detail: "Ask again as soon as it is ready. Your question is kept.",
  },
  "conversation-busy": {
    title: "Another answer is being written",
    detail: "This conversation answers one question at a time. Ask again when that answer has ended; yours is kept.",
  },
  "conversation-not-found": {
    title: "This conversation has been deleted",
    detail: "Your question is kept and can be asked in a new one.",
    remedy: "fresh",
  },
  "too-many-requests": {
    title: "That is as much as there is for now",
  },
  unauthorized: {
    title: "You have been signed out",
    detail: "Sign in again. Your question is kept.",
  },
  unavailable: {
    title: "Pagewise does not respond at the moment",
    detail: "Nothing is wrong with your question; it is kept.",
  },
};

const many = (count: number, one: string, other: string) => `${count} ${count === 1 ? one : other}`;

/** As one says it: seconds while they can be waited for, then minutes, then hours. */
export function wait(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** English; the widget's other words stand beside it in `strings.ts`. */
export const chatEnglish = {
  faults,
  brokeOff: "The answer broke off",
  noAnswer: "There is no answer",
  questionKept: "Your question is kept.",
  textKept: "The text so far is kept.",
  connectionLost: "The connection was lost",
  lostBegun:
    "The text so far is kept. Pagewise goes on trying, and takes the answer up when the server can be reached.",
  lostBefore: "Your question is kept. Pagewise goes on trying, and sends it when the server can be reached.",

  // Header and first view
  newConversation: "New conversation",
  more: "More",
  toLibrary: "Library",
  history: "Earlier conversations",
  close: "Close",
  untitled: "New conversation",
  greeting: "What would you like to know?",
  greetingNote: "Every answer shows the page it comes from.",
  starters: [
    "What is this about, in a few sentences?",
    "Which figures matter most?",
    "What are the main points?",
  ] as readonly string[],
  startersFor: "Questions to start with",
  nothingYet: "Add a PDF to begin",
  nothingYetNote: "Then ask it anything. Every answer shows its page.",
  stillReading: (count: number) => (count === 1 ? "One document is being read" : `${count} documents are being read`),
  stillReadingNote: (count: number) => `You can ask as soon as ${count === 1 ? "it" : "the first"} is ready.`,
  loadFailed: "The conversation could not be opened",

  // Composer
  ask: "Ask a question",
  askAbout: (title: string) => `Ask ${title}`,
  question: "Your question",
  send: "Send",
  stop: "Stop",
  left: (count: number) =>
    count < 0 ? `${-count} characters too many` : many(count, "character left", "characters left"),
  answersFrom: (what: string) => `Answers from ${what}`,
  andMore: (title: string, count: number) => `${title}, and ${count} more`,
  askOf: (what: string) => `Ask ${what}`,
  allDocuments: (count: number) => (count === 1 ? "your document" : `all ${count} documents`),
  noDocuments: "No document is ready yet",
  change: "Change",
  check: "Check what matters on the page.",
  offline: "You are offline. What is here stays readable; your question is kept and will be sent.",

  // Answers
  thread: "Conversation",
  youAsked: "You asked",
  answer: "Answer",
  searching: "Looking through the pages…",
  reading: (pages: number) => `Reading ${many(pages, "page", "pages")}…`,
  waitingOffline: "Will be sent when you are online again.",
  sources: "Sources",
  sourceName: "Source",
  source: (index: number, page: number) => `Source ${index}, page ${page}`,
  page: (page: number) => `p. ${page}`,
  titlePage: (title: string, page: number) => `${title}, page ${page}`,
  closest: "The closest I found",
  another: "Ask something else",
  unsupported: "No page was found that says this. Check it before you rely on it.",
  doubts: (count: number) =>
    count === 1
      ? "One statement is dotted: no page was found that says it. Check it before you rely on it."
      : `${count} statements are dotted: no page was found that says them. Check them before you rely on them.`,
  documentGone: "This document has been deleted.",
  gonePage: "deleted",
  cutShort: "The answer was cut at its greatest length.",
  blocked: "The model declined to answer this.",
  stopped: "You stopped this answer.",
  answerAgain: "Answer again",
  askAgain: "Ask again",
  tryAgain: "Try again",
  tryAgainIn: (seconds: number) => `Try again in ${wait(seconds)}`,
  goToLibrary: "Go to the library",
  askInNew: "Ask in a new conversation",
  request: (id: string) => `Request ${id}`,
  newContent: "New text below",
  toEnd: "To the end",
  earlier: "Show earlier questions",
  stopping: "Stopping…",
  reconnecting: "Reconnecting…",
  version: (at: number, count: number) => `Version ${at} of ${count}`,
  versionBefore: "Version before",
  versionAfter: "Next version",
  wholeQuestion: "Show all of it",
  copy: "Copy",
  copied: "Copied with its sources",
  copyFailed: "Could not copy. Select the text and copy it by hand.",
  copyCode: "Copy code",
  good: "Good answer",
  bad: "Bad answer",
  again: "Answer again",
  whatWasWrong: "What was wrong with it?",
  optional: "Optional",
  sendComment: "Send",
  thanks: "Thank you",
  ratingFailed: "Your rating could not be saved.",
  stopFailed: "The answer could not be stopped.",
  againFailed: "There is no new answer.",
  table: "Table",

  // What assistive technology hears: two for an answer
  says: {
    nothing: "",
    answering: "Answering…",
    ready: "The answer is ready.",
    doubtful: "The answer is ready. No page was found for parts of it.",
    stopped: "Stopped.",
    failed: "There is no whole answer.",
  },

  // The page beside the chat
  pageNumber: (page: number, pages: number) => `${page} of ${pages}`,
  pageBefore: "Page before",
  pageAfter: "Next page",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  closePage: "Close the page",
  backToAnswer: "Back to the answer",
  backToPassage: (index: number) => `Show passage ${index} on its page`,
  sourceBefore: "Source before",
  sourceAfter: "Next source",
  sourceOf: (at: number, count: number) => `${at} of ${count}`,
  pageFailed: "The picture of this page did not come",
  pagePicture: (page: number, title: string) => `Page ${page} of ${title}`,
  pages: "Pages",

  // Conversations
  conversations: "Conversations",
  noConversations: "No conversations yet",
  noConversationsNote: "What you ask is kept here, with its answers and their pages.",
  conversationsFailed: "The conversations could not be loaded",
  olderConversations: "Show older ones",
  findConversation: "Search in conversations",
  noneSays: (query: string) => `No conversation says “${query}”.`,
  saveMarkdown: "Save as Markdown",
  saveJson: "Save as JSON",
  saveFailed: "Could not save the conversation. Try again.",
  rename: "Rename",
  delete: "Delete",
  title: "Title",
  save: "Save",
  cancel: "Cancel",
  deleted: (title: string) => `Deleted “${title}”`,
  undo: "Undo",
  deleteFailed: "Could not delete. The conversation is still there.",
  renameFailed: "Could not rename. The old title stands.",
  optionsFor: (title: string) => `Options for ${title}`,
  yesterday: "Yesterday",
  gone: "a deleted document",
};

export type ChatStrings = typeof chatEnglish;
