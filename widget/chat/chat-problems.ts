// What went wrong with a question or an answer: a fault as the models keep it, and the words a reader gets for it.
import { isApiError, isConnectionError } from "@pagewise/sdk";
import type { ChatStrings, Remedy } from "./chat-strings.ts";

export interface Fault {
  /** A problem code of the contract, or `connection-lost`. */
  code: string;
  /** The server's own words, for codes that have none here. */
  title: string;
  detail: string;
  /** Empty where none is known. */
  requestId: string;
  /** Part of the answer is there and stays. */
  begun: boolean;
  /** Not to be tried before this moment of Date.now(), in milliseconds; null: at once. */
  notBefore: number | null;
}

/** A problem inside a stream or of a stored message. */
export function faultOfProblem(
  problem: { code: string; title: string; detail: string; request_id?: string },
  begun: boolean,
): Fault {
  const { code, title, detail, request_id: requestId = "" } = problem;
  return { code, title, detail, requestId, begun, notBefore: null };
}

/** What a call or a stream threw. */
export function faultOf(error: unknown, begun: boolean): Fault {
  if (isApiError(error)) {
    const { code, title, detail, requestId, retryAfterMs } = error;
    return {
      code,
      title,
      detail,
      requestId,
      begun,
      notBefore: retryAfterMs === null ? null : Date.now() + retryAfterMs,
    };
  }
  const code = isConnectionError(error) ? "connection-lost" : "internal-error";
  return { code, title: "", detail: "", requestId: "", begun, notBefore: null };
}

/** What happened, what is kept, and what helps. */
export function faultWords(fault: Fault, t: ChatStrings): { title: string; detail: string; remedy: Remedy } {
  const { code, begun } = fault;
  if (code === "connection-lost") {
    return { title: t.connectionLost, detail: begun ? t.lostBegun : t.lostBefore, remedy: "again" };
  }
  const own = t.faults[code];
  // Our words speak of a question that got no answer; of one that has begun, the server's say why it broke off.
  if (begun) {
    return { title: t.brokeOff, detail: `${fault.detail} ${t.textKept}`.trim(), remedy: own?.remedy ?? "again" };
  }
  return {
    title: own?.title ?? (fault.title || t.noAnswer),
    detail: own?.detail ?? `${fault.detail} ${t.questionKept}`.trim(),
    remedy: own?.remedy ?? "again",
  };
}
