// The sign-in form against a local server: each refusal stands beside the field it is about.
import { createClient, memoryTokens } from "@pagewise/sdk";
import { expect, test, vi } from "vitest";
import { createSession } from "../session-model.ts";
import { createSignInForm } from "../sign-in/sign-in-form.ts";
import { english as t } from "../strings.ts";
import { type LibraryServer, startLibraryServer } from "./library-server.ts";

function open(server: Pick<LibraryServer, "url">) {
  const tokens = memoryTokens();
  const session = createSession({ client: createClient({ baseUrl: server.url, tokens, maxRetries: 0 }) });
  const form = createSignInForm({ session, t });
  form.email.value = "reader@example.com";
  form.password.value = "a quiet ship";
  return { session, form, tokens };
}

test("signs in, learns who it is, and forgets the password", async () => {
  const { session, form } = open(await startLibraryServer());
  expect(await form.submit()).toBeNull();
  expect(session.status.value).toBe("in");
  expect(form.password.value).toBe("");
  await vi.waitFor(() => expect(session.user.value?.email).toBe("reader@example.com"));
  await session.signOut();
  expect(session.status.value).toBe("out");
  expect(session.ended.value).toBe(false);
});

test("registers and signs in with the same words", async () => {
  const server = await startLibraryServer();
  const { session, form } = open(server);
  form.switchMode();
  await form.submit();
  expect(session.status.value).toBe("in");
  expect(server.calls.slice(0, 2)).toEqual(["POST /users/register", "POST /users/login"]);
});

test("what is plainly wrong never leaves the page", async () => {
  const server = await startLibraryServer();
  const { form } = open(server);
  form.email.value = "reader";
  form.password.value = "";
  expect(await form.submit()).toBe("email");
  expect(form.emailError.value).toBe(t.emailOdd);
  expect(form.passwordError.value).toBe(t.passwordMissing);
  form.switchMode();
  expect(form.emailError.value).toBeNull();
  form.email.value = "reader@example.com";
  form.password.value = "short";
  expect(await form.submit()).toBe("password");
  expect(form.passwordError.value).toBe(t.passwordShort(5));
  form.password.value = "ä".repeat(37);
  await form.submit();
  expect(form.passwordError.value).toBe(t.passwordLong);
  expect(server.calls).toEqual([]);
});

test.each([
  ["POST /users/login", { status: 401, code: "invalid-credentials" }, "passwordError", t.noMatch],
  ["POST /users/register", { status: 409, code: "email-taken" }, "emailError", t.emailTaken],
  [
    "POST /users/login",
    { status: 429, code: "too-many-attempts", headers: { "retry-after": "700" } },
    "tooMany",
    t.tooMany(t.minutes(12)),
  ],
  [
    "POST /users/register",
    { status: 422, code: "invalid-request", errors: [{ pointer: "/email", detail: "odd" }] },
    "emailError",
    t.emailOdd,
  ],
  [
    "POST /users/register",
    { status: 422, code: "invalid-request", errors: [{ pointer: "/password", detail: "only repeats" }] },
    "passwordError",
    "This password only repeats. Choose another.",
  ],
] as const)("%s answered by %o", async (line, refusal, place, words) => {
  const server = await startLibraryServer();
  server.refusals.set(line, refusal);
  const { session, form } = open(server);
  if (line.endsWith("register")) form.switchMode();
  await form.submit();
  expect(form[place].value).toBe(words);
  expect(form.busy.value).toBe(false);
  expect(session.status.value).toBe("out");
});

test("a server that is not there is a fault of neither field", async () => {
  const { form } = open({ url: "http://127.0.0.1:9" });
  expect(await form.submit()).toBeNull();
  expect(form.fault.value).toMatchObject({ name: "ConnectionError" });
});

test("a session that ends by itself says so", async () => {
  const server = await startLibraryServer();
  const { session, form, tokens } = open(server);
  await form.submit();
  server.refusals.set("POST /users/refresh", { status: 401, code: "unauthorized" });
  server.refusals.set("GET /users/me", { status: 401, code: "unauthorized" });
  const again = createSession({ client: createClient({ baseUrl: server.url, tokens, maxRetries: 0 }) });
  await vi.waitFor(() => expect(again.status.value).toBe("out"));
  expect(again.ended.value).toBe(true);
  session.dispose();
});
