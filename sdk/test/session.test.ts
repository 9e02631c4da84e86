// Signing in, the one shared refresh, and the end of a session.
import { expect, test } from "vitest";
import { createClient, isConnectionError, memoryTokens } from "../index.ts";
import { annServer, refreshes, signedIn } from "./ann.ts";
import { codeOf, failureOf } from "./calls.ts";
import { accessToken, serve, tokenPair, until } from "./server.ts";

test("login keeps the tokens and logout forgets them, here before there", async () => {
  const { url, lines, state } = await annServer();
  state.valid = 1;
  const client = createClient({ baseUrl: url });
  const ends: string[] = [];
  const stop = client.onSessionEnd((reason) => ends.push(reason));
  expect(client.signedIn()).toBe(false);
  await client.users.login({ email: "ann@example.com", password: "long enough" });
  expect(client.signedIn()).toBe(true);
  await client.users.me();
  const leaving = client.users.logout();
  expect(client.signedIn()).toBe(false);
  expect(ends).toEqual(["logged-out"]);
  await leaving;
  expect(await codeOf(client.users.me())).toBe("unauthorized");
  expect(lines).toEqual(["POST /users/login", "GET /users/me", "POST /users/logout", "GET /users/me"]);
  stop();
  await client.users.login({ email: "ann@example.com", password: "long enough" });
  await client.users.logout();
  expect(ends).toHaveLength(1);
});

test("logout forgets also where the server cannot be told", async () => {
  const { url } = await serve(({ response }) => void response.destroy());
  const { client, ends } = signedIn(url);
  expect(isConnectionError(await failureOf(client.users.logout()))).toBe(true);
  expect([client.signedIn(), ends]).toEqual([false, ["logged-out"]]);
});

test("a 401 is answered by a refresh and one more try, for calls, streams and uploads", async () => {
  for (const use of ["call", "stream", "upload"] as const) {
    const { url, lines } = await annServer();
    const { client, store, ends } = signedIn(url);
    if (use === "call") await client.documents.rename("d1", "New");
    if (use === "stream") await client.chat.ask({ message: "Why?" }).final();
    if (use === "upload") await client.documents.upload(new Blob(["%PDF-"]));
    const line = { call: "PATCH /documents/d1", stream: "POST /chat", upload: "POST /upload" }[use];
    expect(lines).toEqual([line, "POST /users/refresh", line]);
    expect(store.get()).toEqual(tokenPair("ann", 2));
    expect(ends).toEqual([]);
  }
});

test("calls refused together share one refresh", async () => {
  const { url, lines } = await annServer();
  const { client } = signedIn(url);
  await Promise.all([
    client.users.me(),
    client.documents.get("d1"),
    client.chat.ask({ message: "Why?" }).final(),
    client.documents.upload(new Blob(["%PDF-"])),
  ]);
  expect(refreshes(lines)).toBe(1);
});

test("a call refused while another has refreshed already takes the new token", async () => {
  let answerLate = () => {};
  const { url, lines } = await serve(({ line, token, json, problem }) => {
    if (line === "POST /users/refresh") return json(200, tokenPair("ann", 2));
    const current = token === tokenPair("ann", 2).access_token;
    const answer = () => (current ? json(200, {}) : problem(401, "unauthorized"));
    if (line === "GET /documents/late" && !current) answerLate = answer;
    else answer();
  });
  const { client } = signedIn(url);
  const late = client.documents.get("late");
  await until("the late call is there", () => lines.length === 1);
  await client.users.me();
  answerLate();
  await late;
  expect(refreshes(lines)).toBe(1);
});

test("a second 401 is final: no third try", async () => {
  const { url, lines, state } = await annServer();
  state.valid = 99;
  const { client, ends } = signedIn(url);
  expect(await codeOf(client.users.me())).toBe("unauthorized");
  expect(lines).toEqual(["GET /users/me", "POST /users/refresh", "GET /users/me"]);
  expect(ends).toEqual([]);
});

test("a wrong password beside a good token is told at once: no refresh, and no second try of it", async () => {
  const { url, lines } = await serve(({ problem }) =>
    problem(401, "invalid-credentials", { "www-authenticate": "Bearer" }),
  );
  const { client, ends } = signedIn(url);
  const passwords = { current_password: "wrong", new_password: "long enough" };
  expect(await codeOf(client.users.changePassword(passwords))).toBe("invalid-credentials");
  expect(await codeOf(client.users.delete({ password: "wrong" }))).toBe("invalid-credentials");
  expect(lines).toEqual(["POST /users/me/password", "DELETE /users/me"]);
  expect([client.signedIn(), ends]).toEqual([true, []]);
});

test("the end of all sign-ins, or of the account, is the end of this one; that of the others is not", async () => {
  const { url, lines } = await serve(({ json }) => json(204, null));
  const { client, ends } = signedIn(url);
  await client.users.endSessions();
  expect([client.signedIn(), ends]).toEqual([true, []]);
  await client.users.endSessions({ all: true });
  expect([client.signedIn(), ends]).toEqual([false, ["logged-out"]]);
  const deleting = signedIn(url);
  await deleting.client.users.delete({ password: "long enough" });
  expect([deleting.client.signedIn(), deleting.ends]).toEqual([false, ["logged-out"]]);
  expect(lines).toEqual(["DELETE /users/me/sessions", "DELETE /users/me/sessions?all=1", "DELETE /users/me"]);
});

test("a refused refresh ends the session once, and every waiting call with it", async () => {
  const { url, lines } = await annServer(({ problem }) => problem(401, "unauthorized"));
  const { client, store, ends } = signedIn(url);
  const codes = await Promise.all([codeOf(client.users.me()), codeOf(client.documents.get("d1"))]);
  expect(codes).toEqual(["unauthorized", "unauthorized"]);
  expect([store.get(), client.signedIn(), ends]).toEqual([null, false, ["expired"]]);
  expect(refreshes(lines)).toBe(1);
});

test("a refresh that the server could not serve does not end the session", async () => {
  const { url } = await annServer(({ problem }) => problem(503, "unavailable"));
  const { client, ends } = signedIn(url, 1);
  expect(await codeOf(client.documents.rename("d1", "x"))).toBe("unavailable");
  expect([client.signedIn(), ends]).toEqual([true, []]);
});

test("a refresh whose answer is lost is sent once more", async () => {
  let tries = 0;
  const { url, lines } = await annServer(({ response }, next) => (tries++ === 0 ? response.destroy() : next()));
  const { client, ends } = signedIn(url);
  await client.users.me();
  expect([refreshes(lines), ends]).toEqual([2, []]);
});

test("signing out while a refresh is on its way stays signed out", async () => {
  let answer = () => {};
  const { url, lines } = await annServer((_, next) => {
    answer = next;
  });
  const { client, store, ends } = signedIn(url);
  const call = codeOf(client.users.me());
  await until("the refresh is on its way", () => refreshes(lines) === 1);
  await client.users.logout();
  answer();
  expect(await call).toBe("unauthorized");
  expect([store.get(), ends]).toEqual([null, ["logged-out"]]);
});

test("one call's abort does not stop the refresh that others wait for", async () => {
  let answer = () => {};
  const { url, lines } = await annServer((_, next) => {
    answer = next;
  });
  const { client } = signedIn(url);
  const controller = new AbortController();
  const first = failureOf(client.users.me({ signal: controller.signal }));
  await until("the refresh is on its way", () => refreshes(lines) === 1);
  const second = client.documents.get("d1");
  await until("the second call was refused", () => lines.length === 3);
  controller.abort("enough");
  expect(await first).toBe("enough");
  answer();
  await second;
  expect(refreshes(lines)).toBe(1);
});

test("an upload refreshes beforehand where its token is about to end", async () => {
  const { url, lines } = await annServer();
  const store = memoryTokens();
  store.set({ ...tokenPair("ann", 1), access_token: accessToken("ann", 1, Date.now() / 1000 + 20) });
  await createClient({ baseUrl: url, tokens: store }).documents.upload(new Blob(["%PDF-"]));
  expect(lines).toEqual(["POST /users/refresh", "POST /upload"]);
});

test("the host's own token is asked for before each call, and afresh after a 401", async () => {
  const { url, lines } = await annServer();
  let held = 1;
  let fetched = 0;
  const client = createClient({
    baseUrl: url,
    getToken: async ({ refresh }) => {
      if (refresh) {
        held = 2;
        fetched++;
      }
      return tokenPair("ann", held).access_token;
    },
  });
  expect(client.signedIn()).toBe(true);
  await Promise.all([client.users.me(), client.documents.get("d1")]);
  expect(fetched).toBe(1);
  expect(refreshes(lines)).toBe(0);
  const failing = createClient({ baseUrl: url, getToken: () => Promise.reject(new Error("the host failed")) });
  await expect(failing.users.me()).rejects.toThrow("the host failed");
});
