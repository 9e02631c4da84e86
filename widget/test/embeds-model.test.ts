// The embeds' models against a local server: the list, a new one and its secret, and the editor's save.
import { createClient } from "@pagewise/sdk";
import { expect, onTestFinished, test, vi } from "vitest";
import { createEditor } from "../embeds/editor-model.ts";
import { embedEnglish as t } from "../embeds/embed-strings.ts";
import { createEmbeds } from "../embeds/embeds-model.ts";
import { createScreens } from "../screen-model.ts";
import { anEmbed, type EmbedsServer, someDays, startEmbedsServer } from "./embeds-server.ts";
import { aGate } from "./library-server.ts";

const clientOf = (server: EmbedsServer) => createClient({ baseUrl: server.url, maxRetries: 0 });

function openList(server: EmbedsServer) {
  const model = createEmbeds({ client: clientOf(server) });
  onTestFinished(() => model.dispose());
  return model;
}

async function openEditor(server: EmbedsServer, id: string, gone: string[] = []) {
  const onSaved = vi.fn();
  const editor = createEditor({ client: clientOf(server), id, t, isGone: (one) => gone.includes(one), onSaved });
  onTestFinished(() => editor.dispose());
  await editor.load();
  return { editor, onSaved };
}

test("the list is loaded, newest first, and then how much each was asked", async () => {
  const server = await startEmbedsServer();
  const [older, newer] = [anEmbed("Help"), anEmbed("Shop")];
  server.embeds.push(older, newer);
  server.usage.set(older.id, someDays([3, 0, 4], [1]));
  const model = openList(server);
  await model.load();
  expect(model.list.value.map(({ name }) => name)).toEqual(["Shop", "Help"]);
  expect(model.usage.value.get(older.id)).toHaveLength(3);
  expect(model.usage.value.get(newer.id)).toEqual([]);
});

test("a list that cannot be had says why, and figures that cannot are no figures", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  server.refusals.set("GET /embeds", { status: 503, code: "unavailable" });
  const model = openList(server);
  await model.load();
  expect(model.status.value).toBe("failed");
  expect(model.problem.value).toMatchObject({ code: "unavailable" });
  server.refusals.clear();
  server.refusals.set(`GET /embeds/${embed.id}/usage`, { status: 503, code: "unavailable" });
  await model.load();
  expect(model.status.value).toBe("ready");
  expect(model.usage.value.get(embed.id)).toBeNull();
});

test("a new one's secret is held until it is let go, and a rotation says what becomes of the old one", async () => {
  const server = await startEmbedsServer();
  const model = openList(server);
  const id = await model.create("Help", ["d1"]);
  expect(server.bodies).toEqual([{ name: "Help", document_ids: ["d1"] }]);
  expect(model.secret.value).toMatchObject({ id, secret: expect.stringMatching(/^sk_/) });
  expect(model.list.value[0]).not.toHaveProperty("secret");
  model.forgetSecret();
  expect(model.secret.value).toBeNull();
  await model.rotateSecret(id, true);
  expect(server.bodies.at(-1)).toEqual({ revoke_now: true });
  expect(model.secret.value?.secret).toMatch(/^sk_new/);
});

test("what was changed is saved, and nothing is unsaved after that", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const { editor, onSaved } = await openEditor(server, embed.id);
  expect(editor.unsaved.value).toBe(false);
  editor.edit({ allowed_origins: ["https://Example.com/"], greeting: "Ask away." });
  expect(editor.unsaved.value).toBe(true);
  expect(await editor.save()).toBe(true);
  expect(server.bodies).toEqual([{ allowed_origins: ["https://example.com"], greeting: "Ask away." }]);
  expect(editor.unsaved.value).toBe(false);
  expect(onSaved).toHaveBeenLastCalledWith(expect.objectContaining({ greeting: "Ask away." }));
});

test("what is plainly wrong is not sent; leaving the field says so, and mending it takes it back", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const { editor } = await openEditor(server, embed.id);
  editor.edit({ allowed_origins: ["shop.example"], name: "" });
  editor.settle("allowed_origins");
  expect([...editor.faults.value.keys()]).toEqual(["/allowed_origins/0"]);
  expect(await editor.save()).toBe(false);
  expect([...editor.faults.value.keys()]).toEqual(["/name", "/allowed_origins/0"]);
  expect(editor.refusals.value).toBe(1);
  expect(server.bodies).toEqual([]);
  editor.edit({ allowed_origins: ["https://shop.example"] });
  expect([...editor.faults.value.keys()]).toEqual(["/name"]);
});

test("a fault stays with its line while others are mended, added or taken out", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const { editor } = await openEditor(server, embed.id);
  const faulty = () => [...editor.faults.value.keys()].map((pointer) => Number(pointer.split("/")[2])).sort();
  const origins = (...lines: string[]) => editor.edit({ allowed_origins: lines });
  origins("a", "https://b.example", "*", "c", "c");
  editor.settle("allowed_origins");
  expect(faulty()).toEqual([0, 2, 3, 4]);
  origins("a", "https://b.example", "*", "cc", "c");
  expect(faulty()).toEqual([0, 2, 4]);
  origins("a", "*", "cc", "c");
  expect(faulty()).toEqual([0, 1, 3]);
  origins("a", "*", "cc", "c", "new");
  expect(faulty()).toEqual([0, 1, 3]);
  origins("*", "cc", "c", "new");
  expect(faulty()).toEqual([0, 2]);
  origins("*", "cc", "c", "new");
  expect(faulty()).toEqual([0, 2]);
  origins();
  expect(faulty()).toEqual([]);
});

test("the server's faults stand at the field that it names", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const { editor } = await openEditor(server, embed.id);
  const errors = [
    { pointer: "/allowed_origins/1", detail: "is not an origin" },
    { pointer: "/theme/accent", detail: "is not a colour" },
  ];
  server.refusals.set(`PATCH /embeds/${embed.id}`, { status: 422, code: "invalid-request", errors });
  editor.edit({ allowed_origins: ["https://a.example", "https://b.example"] });
  expect(await editor.save()).toBe(false);
  expect(editor.faults.value.get("/allowed_origins/1")?.text).toBe("is not an origin");
  expect(editor.faults.value.get("/theme/accent")?.text).toBe("is not a colour");
  expect(editor.fault.value).toBeNull();
  expect(editor.unsaved.value).toBe(true);

  // What stands nowhere here is shown as a whole.
  const elsewhere = [{ pointer: "/colour_of_the_sky", detail: "is not blue" }];
  server.refusals.set(`PATCH /embeds/${embed.id}`, { status: 422, code: "invalid-request", errors: elsewhere });
  expect(await editor.save()).toBe(false);
  expect(editor.faults.value.size).toBe(0);
  expect(editor.fault.value).toMatchObject({ code: "invalid-request" });
});

test("a document that was deleted meanwhile is taken off the draft, and it can be saved", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help", { document_ids: ["kept"] });
  server.embeds.push(embed);
  const { editor } = await openEditor(server, embed.id, ["gone"]);
  editor.edit({ document_ids: ["kept", "gone"], greeting: "Ask." });
  server.refusals.set(`PATCH /embeds/${embed.id}`, { status: 404, code: "document-not-found" });
  expect(await editor.save()).toBe(false);
  expect(editor.faults.value.get("/document_ids")?.text).toBe(t.documentGone);
  server.refusals.clear();
  expect(await editor.save()).toBe(true);
  expect(server.bodies.at(-1)).toEqual({ greeting: "Ask." });
});

test("what is typed while it is being saved stays, and is still unsaved", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const { editor } = await openEditor(server, embed.id);
  const gate = aGate();
  server.gates.set(`PATCH /embeds/${embed.id}`, gate.promise);
  editor.edit({ name: "Help us" });
  const saving = editor.save();
  await vi.waitFor(() => expect(server.calls.at(-1)).toBe(`PATCH /embeds/${embed.id}`));
  editor.edit({ greeting: "Typed meanwhile" });
  expect(await editor.save()).toBe(false);
  gate.resolve();
  expect(await saving).toBe(true);
  expect(editor.draft.value).toMatchObject({ name: "Help us", greeting: "Typed meanwhile" });
  expect(editor.unsaved.value).toBe(true);
});

test("turning it off is done at once and leaves the draft alone", async () => {
  const server = await startEmbedsServer();
  const embed = anEmbed("Help");
  server.embeds.push(embed);
  const { editor } = await openEditor(server, embed.id);
  editor.edit({ greeting: "Half a sen" });
  await editor.setEnabled(false);
  expect(server.bodies).toEqual([{ enabled: false }]);
  expect(editor.saved.value?.enabled).toBe(false);
  expect(editor.draft.value?.greeting).toBe("Half a sen");
  expect(editor.unsaved.value).toBe(true);
});

test("one that is gone says so, and deleting one that is gone is no failure", async () => {
  const server = await startEmbedsServer();
  const { editor } = await openEditor(server, anEmbed("Help").id);
  expect(editor.status.value).toBe("gone");
  await expect(editor.remove()).resolves.toBeUndefined();
});

test("nobody leaves what is unsaved without being asked", () => {
  const screens = createScreens();
  expect(screens.go({ at: "embed", id: "1" })).toBe(true);
  screens.unsaved.value = true;
  expect(screens.go({ at: "embeds" })).toBe(false);
  expect(screens.screen.value).toEqual({ at: "embed", id: "1" });
  screens.stay();
  expect(screens.asked.value).toBeNull();
  expect(screens.unsaved.value).toBe(true);
  screens.go({ at: "workspace" });
  screens.leave();
  expect(screens.screen.value).toEqual({ at: "workspace" });
  expect(screens.unsaved.value).toBe(false);
});
