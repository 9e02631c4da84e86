import { finished } from "node:stream/promises";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDocument } from "../../documents.ts";
import { createPdfIntake } from "../../incoming-pdf.ts";
import { ConversationModel, MessageModel } from "../../models/conversation.ts";
import { DocumentModel } from "../../models/document.ts";
import { SessionModel, UserModel } from "../../models/user.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const pdf = (text: string) => new Blob([`%PDF-1.4\n${text}`], { type: "application/pdf" });

async function storedFiles(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of api.services.storage.list("documents/")) keys.push(key);
  return keys.sort();
}

async function converse(userId: string): Promise<void> {
  const { db } = api.services;
  for (let i = 0; i < 25; i++) {
    const id = uuidv7();
    await ConversationModel.query(db).insert({ id, user_id: userId, title: "About", document_ids: [] });
    await MessageModel.query(db).insert({
      id: uuidv7(),
      conversation_id: id,
      role: "user",
      status: "complete",
      text: "?",
    });
  }
}

const remove = (user: SignedIn, body: unknown) =>
  api.request("/users/me", { method: "DELETE", token: user.accessToken(), body });

test("takes everything of the user's with it, and nothing of anybody else's", async () => {
  const { db, storage } = api.services;
  const [user, other] = [await api.register(), await api.register()];
  const mine = await user.client.documents.upload(pdf("mine"));
  await user.client.documents.upload(pdf("mine too"));
  const theirs = await other.client.documents.upload(pdf("theirs"));
  await storage.put(`documents/${mine.document_id}/page-1.webp`, new Uint8Array(5));
  await converse(user.userId);
  await converse(other.userId);

  for (const body of [{ password: "wrong" }, { password: null }, {}])
    expect((await remove(user, body)).status).toBe("password" in body && body.password ? 401 : 422);
  expect((await api.request("/users/me", { method: "DELETE", body: { password: user.password } })).status).toBe(401);
  expect(await UserModel.query(db)).toHaveLength(2);

  expect((await remove(user, { password: user.password })).status).toBe(204);
  expect((await UserModel.query(db)).map(({ id }) => id)).toEqual([other.userId]);
  expect((await DocumentModel.query(db)).map(({ id }) => id)).toEqual([theirs.document_id]);
  expect((await SessionModel.query(db)).map(({ user_id }) => user_id)).toEqual([other.userId]);
  expect(new Set((await ConversationModel.query(db)).map(({ user_id }) => user_id))).toEqual(new Set([other.userId]));
  expect(await MessageModel.query(db)).toHaveLength(25);
  expect(await storedFiles()).toHaveLength(1);

  expect((await api.request("/users/me", { token: user.accessToken() })).status).toBe(401);
  expect((await remove(user, { password: user.password })).status).toBe(401);
  const again = await api.request("/users/register", { body: { email: user.email, password: user.password } });
  expect(again.status).toBe(201);
});

test("a stream of the user's ends with the account", async () => {
  const user = await api.register();
  const stream = await api.request("/documents/events", { token: user.accessToken() });
  expect((await remove(user, { password: user.password })).status).toBe(204);
  expect(await stream.text()).toContain("event: snapshot");
});

test("a document that comes in while the account is being taken away leaves no file", async () => {
  const user = await api.register();
  await user.client.documents.upload(pdf("first"));
  const { storage } = api.services;
  const before = (await storedFiles()).length - 1;
  const { remove: removeFile } = storage;
  let late: Promise<unknown> | undefined;
  storage.remove = async (key) => {
    storage.remove = removeFile;
    // Its request had been let in before; the token is worth nothing any more.
    const file = await intakeOf("late");
    late = createDocument(api.services, user.userId, file);
    await late;
    await removeFile.call(storage, key);
  };
  expect((await remove(user, { password: user.password })).status).toBe(204);
  expect(await late).toMatchObject({ accepted: true });
  expect(await DocumentModel.query(api.services.db).where({ user_id: user.userId })).toEqual([]);
  expect(await storedFiles()).toHaveLength(before);
});

async function intakeOf(text: string) {
  const intake = createPdfIntake(api.services.storage, { maxBytes: 1000, filename: "late.pdf" });
  intake.writable.end(Buffer.from(`%PDF-1.4\n${text}`));
  await finished(intake.writable);
  return intake.result();
}

test("a document that comes when the account has gone is refused, and nothing of it is kept", async () => {
  const user = await api.register();
  const before = await storedFiles();
  const file = await intakeOf("too late");
  expect((await remove(user, { password: user.password })).status).toBe(204);
  await expect(createDocument(api.services, user.userId, file)).rejects.toThrow();
  expect(await storedFiles()).toEqual(before);
});
