import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ConversationModel } from "../../models/conversation.ts";
import { UserModel } from "../../models/user.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { makePdf } from "../../test/pdf.ts";

let api: Api;
/** Runs at the next look at the clock: after what is asked for was found, before anything is written. */
let meanwhile: (() => unknown) | null = null;

beforeAll(async () => {
  const now = () => {
    const run = meanwhile;
    meanwhile = null;
    void run?.();
    return new Date();
  };
  api = await startApi({ services: { clock: { now } } });
});
afterAll(() => api?.close());

async function reader(): Promise<SignedIn> {
  const person = await api.register();
  await addDocument(api.services.db, person.userId, { title: "Herons", pages: ["The red heron nests in reeds."] });
  return person;
}

const question = { message: "Where does the red heron nest?" };
const answerTo = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

/** Runs `drop` to its end after what is asked for was found, before the first transaction begins. */
function beforeWriting(drop: () => Promise<unknown>): void {
  const { db } = api.services;
  const begin = db.transaction.bind(db);
  const spy = vi.spyOn(db, "transaction").mockImplementationOnce((async (work: Parameters<typeof begin>[0]) => {
    spy.mockRestore();
    await drop();
    return begin(work);
  }) as typeof db.transaction);
}
const dropUser = (id: string) => UserModel.query(api.services.db).deleteById(id).execute();

async function begin({ client }: SignedIn) {
  await client.chat.ask(question).final();
  const id = (await client.conversations.list()).data[0]?.id ?? "";
  const answer = (await client.conversations.messages(id)).data[1]?.id;
  return { id, answer, drop: () => ConversationModel.query(api.services.db).deleteById(id).execute() };
}

test("a question in a conversation that is deleted meanwhile finds none", async () => {
  const person = await reader();
  const token = person.accessToken();
  const asked = await begin(person);
  beforeWriting(asked.drop);
  const again = await api.request("/chat", { body: { ...question, conversation_id: asked.id }, token });
  expect(await answerTo(again)).toEqual([404, "conversation-not-found"]);
  const answered = await begin(person);
  beforeWriting(answered.drop);
  const anew = await api.request(`/chat/${answered.answer}/regenerate`, { method: "POST", token });
  expect(await answerTo(anew)).toEqual([404, "conversation-not-found"]);
});

test("a conversation is renamed or deleted, and the one does not break the other", async () => {
  const person = await reader();
  const token = person.accessToken();
  for (let round = 0; round < 10; round++) {
    const { id } = await begin(person);
    const [renamed, deleted] = await Promise.all([
      api.request(`/conversations/${id}`, { method: "PATCH", body: { title: "Reeds" }, token }),
      api.request(`/conversations/${id}`, { method: "DELETE", token }),
    ]);
    expect(deleted.status).toBe(204);
    expect([200, 404]).toContain(renamed.status);
  }
});

test("a sign-in to an account that is deleted meanwhile is refused as to none", async () => {
  const { userId, email, password } = await api.register();
  const { passwords } = api.services;
  const { compare } = passwords;
  passwords.compare = async (password, hash) => {
    passwords.compare = compare;
    const equal = await compare(password, hash);
    await dropUser(userId);
    return equal;
  };
  const login = await api.request("/users/login", { body: { email, password } });
  expect(await answerTo(login)).toEqual([401, "invalid-credentials"]);
});

test("an upload of an account that is deleted meanwhile leaves no file", async () => {
  const person = await api.register();
  const form = new FormData();
  form.append("file", new Blob([makePdf(["late"])]), "late.pdf");
  meanwhile = () => dropUser(person.userId);
  const headers = { Authorization: `Bearer ${person.accessToken()}` };
  const uploaded = await fetch(`${api.url}/upload`, { method: "POST", headers, body: form });
  expect(await answerTo(uploaded)).toEqual([401, "unauthorized"]);
  for (const prefix of ["documents/", "incoming/"])
    for await (const { key } of api.services.storage.list(prefix)) throw new Error(`${key} was left`);
});
