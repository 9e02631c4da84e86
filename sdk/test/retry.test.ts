// What is tried again, how often and when, on a real server that refuses and hangs up.
import { expect, test } from "vitest";
import { isApiError, isConnectionError } from "../index.ts";
import { clientOf, failureOf } from "./calls.ts";
import { serve } from "./server.ts";

test("nobody there is a ConnectionError after the tries", async () => {
  const { url, lines } = await serve(({ response }) => void response.destroy());
  const error = await failureOf(clientOf(url, { maxRetries: 2 }).users.me());
  expect(isConnectionError(error) && error.fault).toBe("network");
  expect(lines).toHaveLength(3);
});

for (const [name, status] of [
  ["429", 429],
  ["502", 502],
  ["503", 503],
  ["504", 504],
  ["a cut connection", 0],
  ["a cut body", 1],
] as const) {
  test(`GET, PUT and DELETE are tried again after ${name}; POST and PATCH are not`, async () => {
    const seen = new Map<string, number>();
    const { url } = await serve(({ line, response, cut, json, problem }) => {
      const tries = (seen.get(line) ?? 0) + 1;
      seen.set(line, tries);
      if (tries > 2) return json(200, { ok: true });
      if (status > 1) return problem(status, "too-many-requests");
      if (status === 0) return void response.destroy();
      response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
      response.write('{"ok":');
      cut();
    });
    const { documents, messages } = clientOf(url);
    await documents.get("d1");
    await documents.delete("d1");
    await messages.feedback("m1", { rating: "up" });
    for (const call of [documents.retry("d1"), documents.rename("d1", "x")]) {
      const error = await failureOf(call);
      expect(isApiError(error) || isConnectionError(error)).toBe(true);
    }
    expect([...seen.entries()]).toEqual([
      ["GET /documents/d1", 3],
      ["DELETE /documents/d1", 3],
      ["PUT /messages/m1/feedback", 3],
      ["POST /documents/d1/retry", 1],
      ["PATCH /documents/d1", 1],
    ]);
  });
}

test("other failures are not tried again, and the tries are bounded", async () => {
  let status = 500;
  const { url, lines } = await serve(({ problem }) => problem(status, "any"));
  expect(isApiError(await failureOf(clientOf(url).users.me()))).toBe(true);
  expect(lines).toHaveLength(1);
  status = 503;
  await failureOf(clientOf(url, { maxRetries: 2 }).users.me());
  expect(lines).toHaveLength(4);
  await failureOf(clientOf(url, { maxRetries: 0 }).users.me());
  expect(lines).toHaveLength(5);
});

test("a DELETE whose first answer was lost finds nothing the second time, which is what it wanted", async () => {
  const { url, lines } = await serve(({ response, problem }) =>
    lines.length === 1 ? void response.destroy() : problem(404, "not-found"),
  );
  await clientOf(url).documents.delete("d1");
  expect(isApiError(await failureOf(clientOf(url).documents.delete("d1")))).toBe(true);
});

test("Retry-After is kept to, in seconds and as a date, and up to a tenth more", async () => {
  const times: number[] = [];
  let header = "1";
  const { url } = await serve(({ json, problem }) => {
    times.push(Date.now());
    if (times.length % 2 === 0) return json(200, {});
    problem(429, "too-many-requests", { "retry-after": header });
  });
  await clientOf(url).users.me();
  header = new Date(Date.now() + 2_000).toUTCString();
  await clientOf(url).users.me();
  const [seconds, date] = [(times[1] ?? 0) - (times[0] ?? 0), (times[3] ?? 0) - (times[2] ?? 0)];
  expect(seconds).toBeGreaterThanOrEqual(995);
  expect(seconds).toBeLessThan(1_400);
  expect(date).toBeGreaterThan(900);
  expect(date).toBeLessThan(2_600);
});

test("a wait that would pass the deadline is not begun: the error comes at once, with the wait asked for", async () => {
  const { url, lines } = await serve(({ problem }) => problem(429, "too-many-requests", { "retry-after": "60" }));
  const begun = Date.now();
  const error = await failureOf(clientOf(url).users.me({ timeoutMs: 5_000 }));
  expect(isApiError(error) && [error.code, error.retryAfterMs]).toEqual(["too-many-requests", 60_000]);
  expect(Date.now() - begun).toBeLessThan(2_000);
  expect(lines).toHaveLength(1);
});

test("what shows a secret once is sent again under one key, so that one thing is made", async () => {
  const keys: (string | undefined)[] = [];
  const { url, lines } = await serve(({ request, line, body, response, json }) => {
    keys.push(request.headers["idempotency-key"]?.toString());
    if (lines.length % 2) return void response.destroy();
    json(line.endsWith("/embeds") ? 201 : 200, { secret: `sk_${lines.length}`, sent: JSON.parse(body.toString()) });
  });
  const { embeds } = clientOf(url);
  expect(await embeds.create({ name: "Help" })).toEqual({ secret: "sk_2", sent: { name: "Help" } });
  expect(await embeds.rotateSecret("../e1", { revoke_now: true })).toMatchObject({ sent: { revoke_now: true } });
  expect(lines).toEqual([...Array(2).fill("POST /embeds"), ...Array(2).fill("POST /embeds/..%2Fe1/rotate-secret")]);
  expect([keys[0] === keys[1], keys[1] === keys[2], keys[2] === keys[3]]).toEqual([true, false, true]);
});
