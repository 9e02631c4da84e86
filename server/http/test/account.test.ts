// What a person does with the account: ends sign-ins, chooses a password, looks at what happened.
import type { Activity, Page } from "@pagewise/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RefreshTokenModel } from "../../models/user.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";

let api: Api;
beforeAll(async () => {
  api = await startApi({ env: { TRUST_PROXY: "1", LOGIN_ATTEMPTS: "0" } });
});
afterAll(() => api.close());

const from = (address: string) => ({ "X-Forwarded-For": address });
const me = async (token: string) => (await api.request("/users/me", { token })).status;

async function login({ email, password }: { email: string; password: string }, address = "203.0.113.7") {
  const response = await api.request("/users/login", { body: { email, password }, headers: from(address) });
  return { status: response.status, ...((await response.json()) as { access_token: string; refresh_token: string }) };
}

async function activity(user: SignedIn, query = ""): Promise<Page<Activity>> {
  const response = await api.request(`/users/me/activity${query}`, { token: user.accessToken() });
  expect(response.status).toBe(200);
  return (await response.json()) as Page<Activity>;
}

test("signing out everywhere ends every other sign-in, and this one too where that is asked for", async () => {
  const user = await api.register();
  const [phone, tablet, other] = [await login(user), await login(user), await api.register()];
  const end = (query: string, token?: string) => api.request(`/users/me/sessions${query}`, { method: "DELETE", token });
  expect((await end("")).status).toBe(401);
  expect((await end("?all=yes", user.accessToken())).status).toBe(422);
  expect(await me(phone.access_token)).toBe(200);

  expect((await end("", user.accessToken())).status).toBe(204);
  expect([await me(user.accessToken()), await me(phone.access_token), await me(tablet.access_token)]).toEqual([
    200, 401, 401,
  ]);
  const refreshed = await api.request("/users/refresh", { body: { refresh_token: phone.refresh_token } });
  expect(refreshed.status).toBe(401);
  expect(await me(other.accessToken())).toBe(200);

  const again = await login(user);
  expect((await end("?all=1", again.access_token)).status).toBe(204);
  expect([await me(again.access_token), await me(user.accessToken())]).toEqual([401, 401]);
});

async function converse({ client, userId }: SignedIn): Promise<string> {
  await addDocument(api.services.db, userId, { title: "Pump", pages: ["The pump is blue."] });
  for await (const event of client.chat.ask({ message: "What colour is the pump?" }))
    if (event.event === "start") return event.data.conversation_id;
  throw new Error("the answer did not begin");
}

test("what happened is told to its own account, newest first, with networks and never an address", async () => {
  const user = await api.register();
  const phone = await login(user, "198.51.100.9");
  const { document_id } = await user.client.documents.upload(new Blob(["%PDF-1.4\nfor a while"]));
  await user.client.documents.delete(document_id);
  const conversation_id = await converse(user);
  await user.client.conversations.delete(conversation_id);
  expect((await login({ ...user, password: "wrong" }, "2001:db8:7:1::9")).status).toBe(401);
  await expect.poll(async () => (await activity(user)).data[0]?.event).toBe("login-failed");
  await api.request("/users/logout", { body: { refresh_token: phone.refresh_token } });
  await api.request("/users/logout", { body: { refresh_token: phone.refresh_token } });
  const change = { current_password: user.password, new_password: "a new long password" };
  const guess = { ...change, current_password: "wrong" };
  const refused = await api.request("/users/me/password", { body: guess, token: user.accessToken() });
  expect(refused.status).toBe(401);
  const changed = await api.request("/users/me/password", { body: change, token: user.accessToken() });
  expect(changed.status).toBe(204);
  await api.request("/users/me/sessions", { method: "DELETE", token: user.accessToken() });

  const { data, next_cursor } = await activity(user);
  expect(next_cursor).toBeNull();
  expect(data.map(({ event, subject, network }) => [event, subject, network])).toEqual([
    ["sessions-ended", null, expect.stringContaining("/24")],
    ["password-changed", null, "127.0.0.0/24"],
    ["login-failed", null, "127.0.0.0/24"],
    ["logout", null, "127.0.0.0/24"],
    ["login-failed", null, "2001:db8:7::/48"],
    ["conversation-deleted", conversation_id, "127.0.0.0/24"],
    ["document-deleted", document_id, "127.0.0.0/24"],
    ["login", null, "198.51.100.0/24"],
    ["login", null, "127.0.0.0/24"],
    ["registered", null, "127.0.0.0/24"],
  ]);
  expect(JSON.stringify(data)).not.toMatch(/198\.51\.100\.9|2001:db8:7:1|wrong|long password/);

  const other = await api.register();
  expect((await activity(other)).data.map(({ event }) => event)).toEqual(["login", "registered"]);
  const first = await activity(user, "?limit=3");
  const second = await activity(user, `?limit=100&cursor=${first.next_cursor}`);
  expect([...first.data, ...second.data]).toEqual(data);
  expect((await api.request("/users/me/activity?cursor=x", { token: user.accessToken() })).status).toBe(422);
  expect((await api.request("/users/me/activity")).status).toBe(401);
});

test("a failed sign-in to no account happens to nobody, and the end of a stolen sign-in is told", async () => {
  const user = await api.register();
  const { refresh_token } = await login(user);
  expect((await login({ email: "nobody@example.com", password: user.password })).status).toBe(401);
  const use = async () => (await api.request("/users/refresh", { body: { refresh_token } })).status;
  expect([await use(), await use(), await use()]).toEqual([200, 200, 401]);
  const before = (await activity(user)).data.map(({ event }) => event);
  expect(before).toEqual(["login", "login", "registered"]);
  const long = new Date(Date.now() - 60_000);
  await RefreshTokenModel.query(api.services.db).whereNotNull("used_at").patch({ used_at: long });
  expect([await use(), await use()]).toEqual([401, 401]);
  expect((await activity(user)).data.map(({ event }) => event)).toEqual([
    "session-revoked",
    "login",
    "login",
    "registered",
  ]);
});

test("a password that is easy to guess is refused before the old one is looked at", async () => {
  const user = await api.register();
  for (const new_password of ["password123", user.email, "aaaaaaaaaaaa", "short"]) {
    const change = { current_password: "wrong", new_password };
    const response = await api.request("/users/me/password", { body: change, token: user.accessToken() });
    const { errors } = (await response.json()) as { errors: { pointer: string; detail: string }[] };
    expect([response.status, errors.map(({ pointer }) => pointer)]).toEqual([422, ["/new_password"]]);
    expect(JSON.stringify(errors)).not.toContain(new_password);
  }
  expect((await login(user)).status).toBe(200);
});
