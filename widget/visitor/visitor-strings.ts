// What a visitor reads where who has a library reads something else.
import { chatEnglish, wait } from "../chat/chat-strings.ts";

const kept = "Your question is kept while this page is open.";

export const visitorEnglish = {
  notHere: {
    title: "This chat is not set up for this page",
    text: "Whoever looks after this site can change that.",
  },
  switchedOff: {
    title: "This chat is not available",
    text: "It may have been switched off for now.",
  },
  signInEnded: {
    title: "Your sign-in has to be renewed",
    text: "Sign in to this site again, or reload the page.",
  },
  tooMany: {
    title: "A moment, please",
    text: (seconds: number | null) => `Too many came at once. Try again in ${wait(seconds ?? 60)}.`,
  },
  /** For whoever made the page, in its console: the server tells a page that no embed allows nothing more. */
  allowThis: (key: string, origin: string, server: string) =>
    `the embed ${key} does not allow ${origin}, or is turned off or deleted. Its owner can see at ${server}.`,
  /** In the head, while its own name is not known. */
  chat: "Chat",
  earlier: "Earlier conversations",
  toChat: "Back to the chat",
};

export const visitorChatEnglish: typeof chatEnglish = {
  ...chatEnglish,
  faults: {
    "no-documents": {
      title: "There is nothing to answer from yet",
      detail: `The documents are not ready. Ask again later. ${kept}`,
    },
    "conversation-busy": chatEnglish.faults["conversation-busy"],
    "conversation-not-found": chatEnglish.faults["conversation-not-found"],
    // Asking again cannot help.
    "embed-not-found": {
      title: visitorEnglish.switchedOff.title,
      detail: visitorEnglish.switchedOff.text,
      remedy: "none",
    },
    "origin-not-allowed": {
      title: visitorEnglish.notHere.title,
      detail: visitorEnglish.notHere.text,
      remedy: "none",
    },
    "identity-invalid": {
      title: visitorEnglish.signInEnded.title,
      detail: `Sign in to this site again. ${kept}`,
    },
    unauthorized: { title: "That took too long", detail: `Ask again. ${kept}` },
    "too-many-requests": { title: "No more questions for now" },
    unavailable: chatEnglish.faults.unavailable,
  },
  history: visitorEnglish.earlier,
  // What it answers from is the owner's affair.
  gone: "",
};
