// The documents model against a local server: the list, what events say, and what can be undone.
import { createClient } from "@pagewise/sdk";
import { expect, test, vi } from "vitest";
import { createDocuments, matches } from "../documents-model.ts";
import { aDocument, aGate, type LibraryServer, startLibraryServer } from "./library-server.ts";

function open(server: LibraryServer, undoMs = 60_000) {
  const tokens = { access_token: "a.b.c", token_type: "bearer" as const, expires_in: 900, refresh_token: "r" };
  const client = createClient({ baseUrl: server.url, tokens: { get: () => tokens, set: () => {} }, maxRetries: 0 });
  return createDocuments({ client, undoMs });
}

const titles = (model: ReturnType<typeof open>) => model.list.value.map((one) => one.title);

test("lists the newest first and follows what the server says", async () => {
  const server = await startLibraryServer();
  const first = aDocument("First");
  const reading = aDocument("Second", { status: "processing", progress: 0.2 });
  server.documents = [first, reading];
  const model = open(server);
  model.start();
  await vi.waitFor(() => expect(model.status.value).toBe("ready"));
  await vi.waitFor(() => expect(server.listeners()).toBe(1));
  expect(titles(model)).toEqual(["Second", "First"]);
  expect(model.ready.value.map((one) => one.title)).toEqual(["First"]);

  server.send({ event: "document", data: { ...reading, progress: 0.5 } });
  await vi.waitFor(() => expect(model.list.value[0]?.progress).toBe(0.5));
  server.send({ event: "document", data: { ...reading, status: "ready", progress: 1 } });
  await vi.waitFor(() => expect(model.ready.value).toHaveLength(2));
  server.send({ event: "document", data: { id: reading.id, deleted: true } });
  await vi.waitFor(() => expect(titles(model)).toEqual(["First"]));
  model.stop();
  await vi.waitFor(() => expect(server.listeners()).toBe(0));
  expect(model.list.value).toEqual([]);
});

test("an event that comes while the list is loading is newer than the list", async () => {
  const server = await startLibraryServer();
  const document = aDocument("Slow", { status: "processing", progress: 0.1 });
  server.documents = [document];
  const { promise, resolve } = aGate();
  server.gates.set("GET /documents", promise);
  const model = open(server);
  model.start();
  await vi.waitFor(() => expect(server.listeners()).toBe(1));
  server.send({ event: "document", data: { ...document, progress: 0.9 } });
  await vi.waitFor(() => expect(model.list.value[0]?.progress).toBe(0.9));
  resolve();
  await vi.waitFor(() => expect(model.status.value).toBe("ready"));
  expect(model.list.value[0]?.progress).toBe(0.9);
  model.stop();
});

test("what finished or went while the line was down is learned after it", async () => {
  const server = await startLibraryServer();
  const [finished, gone] = [aDocument("Finished", { status: "processing" }), aDocument("Gone", { status: "queued" })];
  server.documents = [finished, gone];
  const model = open(server);
  model.start();
  await vi.waitFor(() => expect(titles(model)).toEqual(["Gone", "Finished"]));
  await vi.waitFor(() => expect(server.listeners()).toBe(1));
  server.documents = [{ ...finished, status: "ready" }];
  server.cutEvents();
  await vi.waitFor(() => expect(model.ready.value).toHaveLength(1), { timeout: 10_000 });
  await vi.waitFor(() => expect(titles(model)).toEqual(["Finished"]));
  model.stop();
});

test("a list that cannot be loaded says why, and can be asked for again", async () => {
  const server = await startLibraryServer();
  server.documents = [aDocument("Kept")];
  server.refusals.set("GET /documents", { status: 500, code: "internal-error" });
  const model = open(server);
  model.start();
  await vi.waitFor(() => expect(model.status.value).toBe("failed"));
  expect(model.problem.value).toMatchObject({ code: "internal-error" });
  server.refusals.clear();
  model.start();
  await vi.waitFor(() => expect(titles(model)).toEqual(["Kept"]));
  model.stop();
});

test("a deletion is hidden at once, sent later, and can be undone until then", async () => {
  const server = await startLibraryServer();
  const document = aDocument("Doomed");
  server.documents = [document];
  const model = open(server);
  model.put(document);
  const first = model.remove(document.id);
  expect(titles(model)).toEqual([]);
  first.undo();
  await first.done;
  expect(titles(model)).toEqual(["Doomed"]);
  expect(server.calls).toEqual([]);

  const second = model.remove(document.id);
  await model.flush();
  await second.done;
  expect(server.calls).toEqual([`DELETE /documents/${document.id}`]);
  second.undo();
  expect(titles(model)).toEqual([]);
});

test("what is added again while its deletion could be undone stays", async () => {
  const server = await startLibraryServer();
  const document = aDocument("Wanted after all");
  const model = open(server);
  model.put(document);
  const removal = model.remove(document.id);
  model.bringBack(document);
  await removal.done;
  await model.flush();
  expect(titles(model)).toEqual(["Wanted after all"]);
  expect(server.calls).toEqual([]);
});

test("a deletion that the server refuses brings the document back", async () => {
  const server = await startLibraryServer();
  const document = aDocument("Held");
  server.refusals.set(`DELETE /documents/${document.id}`, { status: 500, code: "internal-error" });
  const model = open(server, 1);
  model.put(document);
  await expect(model.remove(document.id).done).rejects.toMatchObject({ code: "internal-error" });
  expect(titles(model)).toEqual(["Held"]);
});

test("a deletion of what is gone already is no failure", async () => {
  const server = await startLibraryServer();
  const document = aDocument("Gone before");
  const model = open(server, 1);
  model.put(document);
  await model.remove(document.id).done;
  expect(titles(model)).toEqual([]);
});

test("a new title shows at once and goes back when it was refused", async () => {
  const server = await startLibraryServer();
  const document = aDocument("Old");
  server.documents = [{ ...document }];
  const model = open(server);
  model.put(document);
  await model.rename(document.id, "New");
  expect(titles(model)).toEqual(["New"]);
  server.refusals.set(`PATCH /documents/${document.id}`, { status: 500, code: "internal-error" });
  const renaming = model.rename(document.id, "Newer");
  expect(titles(model)).toEqual(["Newer"]);
  await expect(renaming).rejects.toMatchObject({ status: 500 });
  expect(titles(model)).toEqual(["New"]);
});

test("search takes every word, in any order, without regard to case and accents", () => {
  const document = { title: "Rapport d’activité 2025", filename: "Été.pdf" };
  expect(matches(document, "ACTIVITE rapport")).toBe(true);
  expect(matches(document, "ete")).toBe(true);
  expect(matches(document, "  ")).toBe(true);
  expect(matches(document, "rapport 2024")).toBe(false);
});
