// Calls that are refused in the same way by every operation that names the problem, and what no call brings about.

import type { ProblemCode } from "../../problem.ts";
import type { Call, Place } from "./contract.ts";
import { onHostPage, type Scene } from "./openapi-scene.ts";

interface Attempt {
  /** Makes a call that would succeed. */
  good(): Promise<Call>;
  /** As somebody who is signed in, of what does not exist: refused in the end, if by nothing before. */
  blank: Call;
  place: Place;
}

/** A call that is refused; it may send others before. */
export type Refused = (scene: Scene, attempt: Attempt) => Call | Promise<Call>;

/** Names, and why no call brings it about here. */
export const never: [code: ProblemCode, operations: "every one" | string[], why: string][] = [
  ["internal-error", "every one", "a fault of ours, which other tests put into the server"],
  ["unavailable", "every one", "asked of all operations at once when the server stops"],
  ["not-found", ["getPage", "getIcon", "getLoader"], "only where the product was not built"],
  ["conversation-not-found", ["regenerate"], "only where it is deleted in the same moment"],
];

export const onOtherPage = { Origin: "https://elsewhere.example" };
export const json = (body: string, type = "application/json") => ({ body, headers: { "Content-Type": type } });
const ofNothing: Refused = (_scene, { blank }) => blank;

/** Whatever the operation. */
export const general: Partial<Record<ProblemCode, Refused>> = {
  unauthorized: (_scene, { blank }) => ({ ...blank, token: undefined }),
  forbidden: async ({ visitor }, { blank }) => ({ ...blank, token: (await visitor()).token, headers: onHostPage }),
  "origin-not-allowed": async ({ visitor }, { blank }) => ({
    ...blank,
    token: (await visitor()).token,
    headers: onOtherPage,
  }),
  "not-found": ofNothing,
  "document-not-found": ofNothing,
  "conversation-not-found": ofNothing,
  "embed-not-found": ofNothing,
  "malformed-request": (_scene, { blank }) => ({ ...blank, ...json("{") }),
  "unsupported-media-type": (_scene, { blank }) => ({ ...blank, ...json("{}", "text/plain") }),
  "body-too-large": (_scene, { blank }) => ({ ...blank, ...json(JSON.stringify("x".repeat(200_000))) }),
  "invalid-request": (_scene, { blank, place: { operation } }) => {
    if (operation.requestBody?.content["application/json"]) return { ...blank, body: 5 };
    const asked = operation.parameters?.find((parameter) => parameter.in === "query");
    if (asked) return { ...blank, query: [asked, asked].map(({ name }) => [name, "1"]) };
    return { ...blank, headers: { "Idempotency-Key": "x".repeat(300) } };
  },
};
