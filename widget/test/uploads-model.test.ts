// Uploads against a local server: two at once, refused ones kept with their reason, cancelled ones gone.

import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@pagewise/sdk";
import type { UploadResult } from "@pagewise/sdk/contract";
import { signal } from "@preact/signals";
import { expect, onTestFinished, test, vi } from "vitest";
import { createUploads } from "../uploads-model.ts";
import { aDocument, aGate, type LibraryServer, startLibraryServer } from "./library-server.ts";

const tokens = { access_token: "a.b.c", token_type: "bearer" as const, expires_in: 900, refresh_token: "r" };
const pdf = (name: string) => new File(["%PDF-1.7\nwords"], name, { type: "application/pdf" });

function open(server: LibraryServer) {
  const client = createClient({ baseUrl: server.url, tokens: { get: () => tokens, set: () => {} }, maxRetries: 0 });
  const done: UploadResult[] = [];
  const again: boolean[] = [];
  const standing = new Set<string>();
  const online = signal(true);
  const model = createUploads({
    client,
    online,
    standing: () => standing,
    onDone: (result, known) => {
      done.push(result);
      again.push(known);
    },
  });
  return { done, again, standing, online, model };
}

const states = (model: ReturnType<typeof open>["model"]) => model.uploads.value.map((one) => one.state);

test("two go up at once, the others wait their turn", async () => {
  const server = await startLibraryServer();
  const gate = aGate();
  server.gates.set("POST /upload", gate.promise);
  const { model, done } = open(server);
  model.add([pdf("a.pdf"), pdf("b.pdf"), pdf("c.pdf")]);
  await vi.waitFor(() => expect(server.calls).toHaveLength(2));
  expect(states(model)).toEqual(["sending", "sending", "waiting"]);
  gate.resolve();
  await vi.waitFor(() => expect(done).toHaveLength(3));
  expect(model.uploads.value).toEqual([]);
});

test("what is no PDF is told apart here and costs the server nothing", async () => {
  const server = await startLibraryServer();
  const { model } = open(server);
  model.add([new File(["hello"], "notes.pdf"), new File([], "nothing.pdf")]);
  await vi.waitFor(() => expect(model.uploads.value.map((one) => one.fault?.kind)).toEqual(["not-pdf", "empty"]));
  expect(server.calls).toEqual([]);
});

test("a refused file stays with its reason and can be sent again", async () => {
  const server = await startLibraryServer();
  server.refusals.set("POST /upload", { status: 413, code: "file-too-large" });
  const { model, done } = open(server);
  model.add([pdf("big.pdf")]);
  await vi.waitFor(() =>
    expect(model.uploads.value[0]).toMatchObject({ state: "failed", fault: { kind: "too-large" } }),
  );
  server.refusals.clear();
  model.again(model.uploads.value[0]?.id ?? 0);
  await vi.waitFor(() => expect(done).toHaveLength(1));
});

test("a cancelled file is broken off and makes room for the next", async () => {
  const server = await startLibraryServer();
  server.documents = [aDocument("c")];
  const gate = aGate();
  server.gates.set("POST /upload", gate.promise);
  const { model, done } = open(server);
  model.add([pdf("a.pdf"), pdf("b.pdf"), pdf("c.pdf")]);
  await vi.waitFor(() => expect(server.calls).toHaveLength(2));
  for (const { id, state } of model.uploads.value) if (state === "sending") model.cancel(id);
  await vi.waitFor(() => expect(server.calls).toHaveLength(3));
  gate.resolve();
  await vi.waitFor(() => expect(done.map((one) => one.document.filename)).toEqual(["c.pdf"]));
});

test("a file that an event tells of before the upload's own answer is new; what stood before it was sent is not", async () => {
  const server = await startLibraryServer();
  const gate = aGate();
  server.gates.set("POST /upload", gate.promise);
  const { model, again, done, standing } = open(server);
  model.add([pdf("a.pdf")]);
  await vi.waitFor(() => expect(server.calls).toHaveLength(1));
  const coming = aDocument("a", { status: "queued" });
  server.documents = [coming];
  standing.add(coming.id);
  gate.resolve();
  await vi.waitFor(() => expect(done.map((one) => one.document_id)).toEqual([coming.id]));
  expect(again).toEqual([false]);
});

test("the same bytes as a document that stands, or as another file of the same hand, are told as known", async () => {
  const server = await startLibraryServer();
  const { model, again, standing } = open(server);
  const stood = aDocument("stood");
  server.documents = [stood];
  standing.add(stood.id);
  model.add([pdf("stood.pdf")]);
  await vi.waitFor(() => expect(again).toEqual([true]));
  model.add([pdf("a.pdf"), pdf("a.pdf")]);
  await vi.waitFor(() => expect(again).toEqual([true, false, true]));
});

test("without a line a file waits, keeps its progress, and goes on by itself when the line is back", async () => {
  const server = await startLibraryServer();
  const { model, done, online } = open(server);
  const gate = aGate();
  server.gates.set("POST /upload", gate.promise);
  const loaded: number[] = [];
  model.uploads.subscribe(([one]) => void (one && loaded.push(one.loaded)));
  model.add([new File(["%PDF-1.7\n", new Uint8Array(200_000)], "a.pdf")]);
  await vi.waitFor(() => expect(server.calls).toHaveLength(1));
  online.value = false;
  server.cutUploads();
  await vi.waitFor(() => expect(states(model)).toEqual(["offline"]));
  const before = model.uploads.value[0]?.loaded ?? 0;
  server.gates.clear();
  gate.resolve();
  online.value = true;
  await vi.waitFor(() => expect(done).toHaveLength(1));
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
  expect(loaded.at(-1)).toBeGreaterThanOrEqual(before);
  model.destroy();
});

test("with a line that broke, a file stays, says so, and can be sent again", async () => {
  const server = await startLibraryServer();
  const { model, done } = open(server);
  const gate = aGate();
  server.gates.set("POST /upload", gate.promise);
  model.add([pdf("a.pdf")]);
  await vi.waitFor(() => expect(server.calls).toHaveLength(1));
  server.cutUploads();
  await vi.waitFor(() => expect(model.uploads.value[0]).toMatchObject({ state: "failed", fault: { kind: "cut" } }));
  server.gates.clear();
  gate.resolve();
  model.again(model.uploads.value[0]?.id ?? 0);
  await vi.waitFor(() => expect(done).toHaveLength(1));
});

test("a file that was changed after it was chosen is told as that", async () => {
  const server = await startLibraryServer();
  const { model } = open(server);
  const dir = await mkdtemp(join(tmpdir(), "pagewise-widget-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, "a.pdf");
  await writeFile(path, `%PDF-1.7\n${"words ".repeat(100_000)}`);
  const chosen = await openAsBlob(path);
  const gate = aGate();
  server.gates.set("POST /upload", gate.promise);
  model.add([Object.assign(chosen, { name: "a.pdf" }) as File]);
  await vi.waitFor(() => expect(server.calls).toHaveLength(1));
  await writeFile(path, "%PDF-1.7\nother words");
  server.cutUploads();
  await vi.waitFor(() => expect(model.uploads.value[0]).toMatchObject({ fault: { kind: "changed" } }));
  gate.resolve();
});
