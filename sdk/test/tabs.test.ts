// Two tabs, as two clients over one localStorage: Node has none, so the browser's part is played here (browser.test.ts
// runs the real one).
import { afterEach, expect, test, vi } from "vitest";
import { localStorageTokens } from "../index.ts";
import { annServer, refreshes, signedIn } from "./ann.ts";
import { codeOf } from "./calls.ts";
import { serve, tokenPair } from "./server.ts";

function fakeBrowser() {
  const items = new Map<string, string>();
  const target = new EventTarget();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  });
  vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
  vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
  const tellOtherTab = (key: string | null) => target.dispatchEvent(Object.assign(new Event("storage"), { key }));
  return { items, tellOtherTab };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a token that another tab has refreshed is taken without a refresh", async () => {
  const { items } = fakeBrowser();
  const { url, lines } = await annServer((_, next) => {
    items.set("k", JSON.stringify(tokenPair("ann", 2)));
    next();
  });
  const { client } = signedIn(url, 1, localStorageTokens("k"));
  const call = client.users.me();
  items.set("k", JSON.stringify(tokenPair("ann", 2)));
  await call;
  expect(refreshes(lines)).toBe(0);
});

test("a call of one person is never repeated with another's token", async () => {
  const { items, tellOtherTab } = fakeBrowser();
  const { url, lines } = await serve(({ problem }) => {
    items.set("k", JSON.stringify(tokenPair("bob", 1)));
    problem(401, "unauthorized");
  });
  const { client, ends } = signedIn(url, 1, localStorageTokens("k"));
  expect(await codeOf(client.documents.rename("d1", "Ann's"))).toBe("unauthorized");
  expect(lines).toEqual(["PATCH /documents/d1"]);
  tellOtherTab("k");
  expect(ends).toEqual(["elsewhere"]);
});

test("of three tabs without locks that bring the same token the third is refused, and goes on with the others'", async () => {
  fakeBrowser();
  // From version 24 on Node has locks of its own.
  vi.stubGlobal("navigator", {});
  let uses = 0;
  const late: (() => void)[] = [];
  const state = { newest: 1 };
  const { url, lines } = await serve(({ line, token, json, problem }) => {
    if (line !== "POST /users/refresh") {
      const isGood = token !== tokenPair("ann", 1).access_token;
      return isGood ? json(200, { id: "x" }) : problem(401, "unauthorized");
    }
    uses += 1;
    if (uses > 2) {
      problem(401, "unauthorized");
      // What the others got arrives when the refusal has.
      setTimeout(() => {
        for (const answer of late) answer();
      }, 100);
      return;
    }
    state.newest += 1;
    const pair = tokenPair("ann", state.newest);
    late.push(() => json(200, pair));
  });
  const tabs = [1, 2, 3].map(() => signedIn(url, 1, localStorageTokens("k")));
  await Promise.all(tabs.map(({ client }) => client.users.me()));
  expect(refreshes(lines)).toBe(3);
  for (const { client, ends } of tabs) expect([client.signedIn(), ends]).toEqual([true, []]);
  await Promise.all(tabs.map(({ client }) => client.users.me()));
  expect(refreshes(lines)).toBe(3);
});

test("a refusal that no other tab makes good ends the session", async () => {
  fakeBrowser();
  const { url } = await annServer(({ problem }) => problem(401, "unauthorized"));
  const { client, store, ends } = signedIn(url, 1, localStorageTokens("k"));
  expect(await codeOf(client.users.me())).toBe("unauthorized");
  expect([store.get(), ends]).toEqual([null, ["expired"]]);
});

test("signing out in another tab ends the session here; a refresh there does not", () => {
  const { items, tellOtherTab } = fakeBrowser();
  const { client, ends } = signedIn("http://localhost", 1, localStorageTokens("k"));
  items.set("k", JSON.stringify(tokenPair("ann", 2)));
  tellOtherTab("k");
  tellOtherTab("other");
  expect(ends).toEqual([]);
  items.clear();
  tellOtherTab(null);
  expect([client.signedIn(), ends]).toEqual([false, ["elsewhere"]]);
});

test("localStorage that is blocked, full or spoilt does not stop the client", () => {
  const { items } = fakeBrowser();
  for (const spoilt of ["{", "null", "1", '{"access_token":1}']) {
    items.set("k", spoilt);
    expect(localStorageTokens("k").get()).toBeNull();
  }
  const blocked = () => {
    throw new DOMException("denied", "SecurityError");
  };
  vi.stubGlobal("localStorage", { getItem: blocked, setItem: blocked, removeItem: blocked });
  const tokens = localStorageTokens("k");
  expect(tokens.get()).toBeNull();
  tokens.set(tokenPair("ann", 1));
  expect(tokens.get()).toEqual(tokenPair("ann", 1));
  tokens.set(null);
  expect(tokens.get()).toBeNull();
});
