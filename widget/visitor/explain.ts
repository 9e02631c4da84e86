// Why a visitor's chat is not there, in their words; and in the console for whoever made the page.
import { isApiError } from "@pagewise/sdk";
import { findReach, type ProblemWords, wordsFor } from "../problem-words.ts";
import { shellEnglish } from "../shell-strings.ts";
import { visitorEnglish } from "./visitor-strings.ts";

/**
 * `fetch`, but for what a browser hides: an answer that this page may not read looks like a dead line. Where it is one,
 * it becomes the refusal that it was.
 */
export function refusalsTold(server: string, key: string): typeof fetch {
  return async (input, init) => {
    try {
      return await globalThis.fetch(input, init);
    } catch (error) {
      if (init?.signal?.aborted || (await findReach(server, pathOf(key))) !== "refused") throw error;
      return Response.json({ code: "origin-not-allowed" }, { status: 403 });
    }
  };
}

export async function explainToVisitor(error: unknown, server: string, key: string): Promise<ProblemWords> {
  const { notHere, switchedOff, signInEnded, tooMany } = visitorEnglish;
  const words = ({ title, text }: { title: string; text: string }) => ({ title, text, requestId: null });
  const complain = (what: string) => {
    // biome-ignore lint/suspicious/noConsole: the page's developer has no other way to hear of it
    console.error(`Pagewise: ${what}`);
  };
  if (!isApiError(error)) return wordsFor(error, await findReach(server, pathOf(key)), shellEnglish);
  switch (error.code) {
    case "origin-not-allowed":
      // On the server's own pages it is the owner who looks, and the server that has to be told.
      if (new URL(server, location.href).origin === location.origin && error.detail)
        return words({ title: notHere.title, text: error.detail });
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
      return wordsFor(error, null, shellEnglish);
  }
}

/** Answers every page that any embed allows, without a token. */
function pathOf(key: string): string {
  return `/embeds/${encodeURIComponent(key)}/session`;
}
