// What went wrong, in words for the reader: what happened, what is kept, what to do.
import { isApiError, isConnectionError } from "@pagewise/sdk";
import type { ShellStrings } from "./shell-strings.ts";

export interface ProblemWords {
  title: string;
  text: string;
  requestId: string | null;
}

export type Reach = "offline" | "unreachable" | "refused";

/** @param reach what was found out where no answer came: to a call, or to the widget asking for a file of its own. */
export function wordsFor(
  error: unknown,
  reach: Reach | null,
  { problems: t }: Pick<ShellStrings, "problems">,
): ProblemWords {
  const words = (title: string, text: string, requestId: string | null = null) => ({ title, text, requestId });
  if (isApiError(error)) {
    const known = error.status < 500 && error.detail;
    return words(t.other, known || t.otherFix, error.requestId ?? null);
  }
  if (reach === "refused") return words(t.refused, t.refusedFix(location.origin));
  if (reach === "offline") return words(t.offline, t.offlineFix);
  if (isConnectionError(error)) return words(t.unreachable, t.unreachableFix);
  return words(t.other, t.otherFix);
}

/**
 * Why no answer came. A browser does not tell a refused origin from a dead line, but the loader's own file answers any
 * origin: where that can be fetched and the API cannot, this page's address is not on the server's list.
 * @param path what answers every page that is on the list, with or without a token
 */
export async function findReach(server: string, path = "/healthz"): Promise<Reach> {
  if (!navigator.onLine) return "offline";
  if (new URL(server).origin === location.origin) return "unreachable";
  const answers = (path: string) =>
    fetch(`${server}${path}`, { credentials: "omit", cache: "no-store" }).then(
      () => true,
      () => false,
    );
  if (await answers(path)) return "unreachable";
  if (!(await answers("/widget.js"))) return "unreachable";
  // A server that has just come up would have refused nobody.
  return (await answers(path)) ? "unreachable" : "refused";
}
