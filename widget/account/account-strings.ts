// Every word of the account's screen.
import type { ActivityEvent } from "@pagewise/sdk/contract";

export const accountEnglish = {
  account: "Account",
  back: "Back to the library",
  email: "Email",
  since: (day: string) => `Since ${day}`,

  library: "What you keep here",
  documents: (shown: string, most: string | null, count: number) =>
    most ? `${shown} of ${most} documents` : `${shown} ${count === 1 ? "document" : "documents"}`,
  bytes: (shown: string, most: string | null) => (most ? `${shown} of ${most}` : shown),

  password: "Password",
  current: "Current password",
  next: "New password",
  nextHint: "At least 10 characters. A short sentence works well. Everywhere else you will have to sign in again.",
  change: "Change password",
  changing: "Changing…",
  changed: "Your password is changed. Everywhere else you are signed out.",
  currentMissing: "Enter your current password.",
  currentWrong: "This is not your current password.",
  /** @param why as the server says it: "is among the most common passwords" */
  passwordRefused: (why: string) => `This password ${why}. Choose another.`,
  nextMissing: "Enter a new password.",
  nextSame: "This is your current password. Choose another one.",
  show: "Show",
  hide: "Hide",
  showPasswords: "Show passwords",
  hidePasswords: "Hide passwords",

  sessions: "Where you are signed in",
  sessionsNote: "If you left a device signed in, or lost one: here you stay signed in, everywhere else you do not.",
  endSessions: "Sign out everywhere else",
  ended: "You are signed out everywhere else.",
  endFailed: "Nothing was signed out. Try again in a moment.",

  activity: "Activity",
  activityNote: "What happened to this account in the last 90 days. Something you do not know? Change your password.",
  activityLoading: "Loading the activity",
  activityFailed: "The activity could not be loaded",
  activityMore: "Show earlier",
  activityNone: "Nothing has happened yet.",
  from: (network: string) => `from ${network}`,
  events: {
    registered: "Account created",
    login: "Signed in",
    "login-failed": "Refused: wrong password",
    logout: "Signed out",
    "password-changed": "Password changed",
    "sessions-ended": "Signed out everywhere else",
    "session-revoked": "A sign-in was used twice and has been ended",
    "document-deleted": "Document deleted",
    "conversation-deleted": "Conversation deleted",
    "embed-created": "Embed made",
    "embed-changed": "Embed changed",
    "embed-turned-on": "Embed turned on",
    "embed-turned-off": "Embed turned off",
    "embed-secret-rotated": "New secret for an embed",
    "embed-deleted": "Embed deleted",
  } satisfies Record<ActivityEvent, string>,

  remove: "Delete the account",
  removeNote: "Everything of yours goes with it, and cannot be brought back.",
  removeOpen: "Delete my account",
  removeTitle: "Delete your account?",
  removeWhat: "It cannot be undone. What goes, at once:",
  removeGoes: [
    "every document and its file",
    "every conversation, yours and your visitors’",
    "every embed: the chat disappears from the pages it stands on",
    "the account itself; its email can be used anew",
  ],
  removePassword: "Your password",
  removeDo: "Delete everything",
  removing: "Deleting…",
  removed: "Your account is deleted, and everything in it is gone.",
  removeFailed: "Your account could not be deleted. Nothing is gone.",
  cancel: "Cancel",
  passwordMissing: "Enter your password.",
};

export type AccountWords = typeof accountEnglish;
