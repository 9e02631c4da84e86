// Why a visitor's chat is not there, in their words; and in the console for whoever made the page.
import { isApiError } from "@pagewise/sdk";
import { findReach, type ProblemWords, wordsFor } from "../problem-words.ts";
import { visitorEnglish, visitorShellEnglish } from "./visitor-strings.ts";

export async function explainToVisitor(error: unknown, server: string, key: string): Promise<ProblemWords> {
  const { notHere, switchedOff, signInEnded, tooMany } = visitorEnglish;
  const words = ({ title, text }: { title: string; text: string }) => ({ title, text, requestId: null });
  const complain = (what: string) => {
    // biome-ignore lint/suspicious/noConsole: the page's developer has no other way to hear of it
    console.error(`Pagewise: ${what}`);
  };
  if (!isApiError(error)) {
    // This path answers every page that any embed allows, without a token: one that it refuses is on no list.
    const reach = await findReach(server, `/embeds/${encodeURIComponent(key)}/session`);
    if (reach === "refused") complain(visitorEnglish.allowThis(key, location.origin, server));
    return wordsFor(error, reach, visitorShellEnglish);
  }
  switch (error.code) {
    case "origin-not-allowed":
      complain(visitorEnglish.allowThis(key, location.origin, server));
      return words(notHere);
    case "embed-not-found":
      complain(`there is no embed ${key} at ${server}, or it is switched off.`);
      return words(switchedOff);
    case "identity-invalid":
      complain(`the identity token was not taken: ${error.detail}`);
      return words(signInEnded);
    case "too-many-requests": {
      const seconds = error.retryAfterMs === null ? null : Math.ceil(error.retryAfterMs / 1000);
      return words({ title: tooMany.title, text: tooMany.text(seconds) });
    }
    default:
      return wordsFor(error, null, visitorShellEnglish);
  }
}
