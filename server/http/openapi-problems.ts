// The problems of an operation, as its declaration has it, and as the published contract tells them.
import { type ProblemCode, problems } from "../problem.ts";
import type { Response } from "./openapi.ts";
import type { OperationSpec } from "./operation.ts";

/** @returns every problem of an operation: its own, and those that follow from what it takes */
export function problemsOf(spec: OperationSpec): ProblemCode[] {
  const { callers, signed, params = {}, query, headers = {}, body, file, never = [] } = spec;
  const codes = new Set<ProblemCode>(spec.problems);
  const add = (when: unknown, ...more: ProblemCode[]) => {
    if (when) for (const code of more) codes.add(code);
  };
  add(callers !== "anyone", "unauthorized");
  add(callers !== "anyone" && !(callers.includes("user") && callers.includes("visitor")), "forbidden");
  add(callers.includes("visitor") || signed?.includes("visitor"), "origin-not-allowed");
  for (const { missing } of Object.values(params)) codes.add(missing);
  add(body ?? query ?? headers["Idempotency-Key"], "invalid-request");
  add(body ?? file, "malformed-request", "unsupported-media-type", "body-too-large");
  add(true, "internal-error", "unavailable");
  return [...codes].filter((code) => !never.includes(code)).sort((one, other) => problems[one][0] - problems[other][0]);
}

/** One response a status, which names the codes that come with it. */
export function problemResponses(codes: ProblemCode[]): Record<string, Response> {
  const statuses = [...new Set(codes.map((code) => problems[code][0]))];
  const headersOf = (status: number): Response["headers"] => ({
    "x-request-id": { $ref: "#/components/headers/RequestId" },
    ...((status === 429 || status === 503) && { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }),
    ...(status === 401 && { "WWW-Authenticate": { description: "`Bearer`", schema: { type: "string" } } }),
  });
  const all = statuses.map((status) => {
    const those = codes.filter((code) => problems[code][0] === status);
    const schema = { $ref: "#/components/schemas/Problem", properties: { code: { enum: those } } };
    const description = those.map((code) => `\`${code}\`: ${problems[code][1]}.`).join(" ");
    const response: Response = {
      description,
      headers: headersOf(status),
      content: { "application/problem+json": { schema } },
    };
    return [status, response];
  });
  return Object.fromEntries(all);
}
