// The account's forms and its activity, against a local server.
import { createClient } from "@pagewise/sdk";
import { expect, onTestFinished, test } from "vitest";
import { accountEnglish } from "../account/account-strings.ts";
import { createActivity } from "../account/activity-model.ts";
import { createDeletionForm, createPasswordForm } from "../account/password-form.ts";
import { english } from "../strings.ts";
import { anEmbed, startEmbedsServer } from "./embeds-server.ts";
import { type LibraryServer, startLibraryServer } from "./library-server.ts";

const t = { ...english, ...accountEnglish };
const clientOf = (server: LibraryServer) => createClient({ baseUrl: server.url, maxRetries: 0 });

async function openForm() {
  const server = await startLibraryServer();
  const bodies: unknown[] = [];
  server.more.push({
    line: /^(POST \/users\/me\/password|DELETE \/users\/me)$/,
    answer: (_, body) => [204, bodies.push(body)],
  });
  return { server, bodies, form: createPasswordForm({ client: clientOf(server), t }) };
}

test("a password is changed, and forgotten here", async () => {
  const { form, bodies } = await openForm();
  form.current.value = "correct horse battery";
  form.next.value = "a quiet ship at night";
  expect(await form.submit()).toBe("done");
  expect(bodies).toEqual([{ current_password: "correct horse battery", new_password: "a quiet ship at night" }]);
  expect([form.current.value, form.next.value]).toEqual(["", ""]);
});

test("what is plainly wrong never leaves the page", async () => {
  const { form, server } = await openForm();
  expect(await form.submit()).toBe("current");
  expect(form.currentError.value).toBe(t.currentMissing);
  expect(form.nextError.value).toBe(t.nextMissing);
  form.current.value = form.next.value = "correct horse battery";
  expect(await form.submit()).toBe("next");
  expect(form.nextError.value).toBe(t.nextSame);
  expect(server.calls).toEqual([]);
});

test.each([
  [{ status: 401, code: "invalid-credentials" }, "currentError", t.currentWrong],
  [
    { status: 429, code: "too-many-attempts", headers: { "retry-after": "120" } },
    "currentError",
    t.tooMany(t.minutes(2)),
  ],
  [
    { status: 422, code: "invalid-request", errors: [{ pointer: "/new_password", detail: "is too common" }] },
    "nextError",
    "This password is too common. Choose another.",
  ],
] as const)("%o stands at its field", async (refusal, place, words) => {
  const { form, server } = await openForm();
  server.refusals.set("POST /users/me/password", refusal);
  form.current.value = "correct horse battery";
  form.next.value = "a quiet ship at night";
  await form.submit();
  expect(form[place].value).toBe(words);
  expect(form.fault.value).toBeNull();
  expect(form.busy.value).toBe(false);
});

test("the account is deleted by its password, and by no other", async () => {
  const { server, bodies } = await openForm();
  const form = createDeletionForm({ client: clientOf(server), t });
  expect(await form.submit()).toBe("current");
  server.refusals.set("DELETE /users/me", { status: 401, code: "invalid-credentials" });
  form.current.value = "not it";
  expect(await form.submit()).toBe("current");
  expect(form.currentError.value).toBe(t.currentWrong);
  server.refusals.set("DELETE /users/me", { status: 503, code: "unavailable" });
  expect(await form.submit()).toBeNull();
  expect(form.fault.value).toMatchObject({ code: "unavailable" });
  server.refusals.clear();
  expect(await form.submit()).toBe("done");
  expect(bodies).toEqual([{ password: "not it" }]);
});

test("an embed among what happened is called by its name, as long as it is there", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const happened = ["embed-turned-off", "login"].map((event) => ({ id: event, event, subject: null }));
  const page = { data: [{ ...happened[0], subject: embed.id }, happened[1]], next_cursor: null };
  server.more.push({ line: /^GET \/users\/me\/activity$/, answer: () => [200, page] });
  const activity = createActivity({ client: clientOf(server) });
  onTestFinished(() => activity.dispose());
  server.refusals.set("GET /embeds", { status: 503, code: "unavailable" });
  await activity.load();
  expect([activity.status.value, activity.names.value.size]).toEqual(["ready", 0]);
  server.refusals.clear();
  await activity.load();
  expect(activity.names.value.get(embed.id)).toBe("Help");
});

test("the activity comes page by page, and a page that fails loses nothing", async () => {
  const server = await startLibraryServer();
  const pages = [
    { data: [{ id: "2", event: "login" }], next_cursor: "more" },
    { data: [{ id: "1", event: "registered" }], next_cursor: null },
  ];
  let asked = 0;
  server.more.push({ line: /^GET \/users\/me\/activity$/, answer: () => [200, pages[asked++]] });
  const activity = createActivity({ client: clientOf(server) });
  onTestFinished(() => activity.dispose());
  await activity.load();
  expect(activity.more.value).toBe(true);
  server.refusals.set("GET /users/me/activity", { status: 503, code: "unavailable" });
  await activity.loadMore();
  expect(activity.status.value).toBe("failed");
  expect(activity.list.value.map(({ id }) => id)).toEqual(["2"]);
  server.refusals.clear();
  await activity.loadMore();
  expect(activity.list.value.map(({ id }) => id)).toEqual(["2", "1"]);
  expect(activity.more.value).toBe(false);
});
