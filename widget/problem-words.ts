// What went wrong, in words for the reader: what happened, what is kept, what to do.
import { isApiError, isConnectionError } from "@pagewise/sdk";
import type { ShellStrings } from "./shell-strings.ts";

export interface ProblemWords {
  title: string;
  text: string;
  requestId: string | null;
}

export type Reach = "offline" | "unreachable" | "refused";

export function wordsFor(error: unknown, reach: Reach | null, t: ShellStrings): ProblemWords {
  if (isApiError(error)) {
    const known = error.status < 500 && error.detail;
    return { title: t.problems.other, text: known || t.problems.otherFix, requestId: error.requestId ?? null };
  }
  if (isConnectionError(error)) {
    if (reach === "refused") {
      return { title: t.problems.refused, text: t.problems.refusedFix(location.origin), requestId: null };
    }
    return reach === "offline"
      ? { title: t.problems.offline, text: t.problems.offlineFix, requestId: null }
      : { title: t.problems.unreachable, text: t.problems.unreachableFix, requestId: null };
  }
  return { title: t.problems.other, text: t.problems.otherFix, requestId: null };
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
  return (await answers("/widget.js")) ? "refused" : "unreachable";
}
