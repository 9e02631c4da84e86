// The words of what stands around everything else: closing, trying again, and what went wrong on the way.
export const shellEnglish = {
  language: "en",
  direction: "ltr" as "ltr" | "rtl",
  name: "Pagewise",
  close: "Close",
  cancel: "Cancel",
  retry: "Try again",
  undo: "Undo",
  request: (id: string) => `Request ${id}`,

  problems: {
    offline: "You are offline",
    offlineFix: "Nothing is lost. Try again when the connection is back.",
    unreachable: "The server does not answer",
    unreachableFix: "Nothing is lost. Try again in a moment.",
    refused: "This page may not use Pagewise yet",
    refusedFix: (origin: string) =>
      `This page’s address is not on the server’s list (CORS_ORIGINS). Whoever runs the server can add ${origin} to it.`,
    other: "That did not work",
    otherFix: "Something went wrong on the server. Try again in a moment.",
  },

  offlineBar: "You are offline. What is here stays readable.",
};

export type ShellStrings = typeof shellEnglish;
