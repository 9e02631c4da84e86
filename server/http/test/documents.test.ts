import type { Document, DocumentEvent, Page, ProblemBody } from "@pagewise/sdk/contract";
import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { DocumentModel } from "../../models/document.ts";
import { createPagePictures } from "../../page-pictures.ts";
import { PdfFaultError, type PdfReader } from "../../ports.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { makePdf } from "../../test/pdf.ts";

let api: Api;
let person: SignedIn;
let other: SignedIn;
beforeAll(async () => {
  api = await startApi();
  person = await api.register();
  other = await api.register();
});
afterEach(async () => {
  await DocumentModel.query(api.services.db).delete();
});
afterAll(() => api.close());

let made = 0;
const pdf = makePdf(["the only page"]);

/** A document as an upload leaves it, then with `values`. */
async function add(values: Partial<DocumentModel> = {}): Promise<string> {
  const id = uuid();
  await DocumentModel.query(api.services.db).insert({
    id,
    user_id: person.userId,
    title: "a title",
    filename: "a file.pdf",
    bytes: pdf.length,
    sha256: `${++made}`.padStart(64, "0"),
    storage_key: `documents/${id}.pdf`,
    status: "ready",
    ...values,
  });
  return id;
}

/** A document or a problem: what a test looks at tells which. */
type Answer = Omit<Document, "status"> & Omit<ProblemBody, "status"> & { status: string | number };

async function call<T = Answer>(path: string, init: { method?: string; body?: unknown; as?: SignedIn } = {}) {
  const { as = person, ...rest } = init;
  const response = await api.request(path, { token: as.accessToken(), ...rest });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as T };
}

test("answers one document with addresses that need no header", async () => {
  const id = await add({ status: "failed", error_code: "pdf-encrypted", pages_unreadable: [3], language: "de" });
  const { status, body } = await call(`/documents/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id,
    title: "a title",
    language: "de",
    status: "failed",
    pages_unreadable: [3],
    error: { code: "pdf-encrypted", title: expect.any(String), detail: expect.stringContaining("password") },
  });
  expect(body.file_url).toMatch(new RegExp(`^/documents/${id}/file\\?`));
  expect(body.thumbnail_url).toMatch(new RegExp(`^/documents/${id}/pages/1\\?`));
});

test("lists newest first, page by page, bound to its filters", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.unshift(await add({ status: n % 2 ? "queued" : "ready" }));
  await add({ user_id: other.userId });
  await add({ deleted_at: new Date() });
  const first = await call<Page<Document>>("/documents?limit=2");
  expect(first.body.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const second = await call<Page<Document>>(`/documents?limit=3&cursor=${first.body.next_cursor}`);
  expect(second.body.data.map(({ id }) => id)).toEqual(ids.slice(2));
  expect(second.body.next_cursor).toBeNull();
  const queued = await call<Page<Document>>("/documents?status=queued");
  expect(queued.body.data.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
  for (const query of ["status=lost", `status=queued&cursor=${first.body.next_cursor}`, "cursor=none", "limit=0"]) {
    expect(await call(`/documents?${query}`)).toMatchObject({ status: 422, body: { code: "invalid-request" } });
  }
});

test("searches titles and file names for what was typed, not for patterns", async () => {
  const title = await add({ title: "Growth 100% sure" });
  const filename = await add({ filename: "under_score.pdf" });
  await add({ title: "100 of them", filename: "underxscore.pdf" });
  const search = async (q: string) =>
    (await call<Page<Document>>(`/documents?q=${encodeURIComponent(q)}`)).body.data.map(({ id }) => id);
  expect(await search("100%")).toEqual([title]);
  expect(await search("UNDER_")).toEqual([filename]);
  expect(await search("\\")).toEqual([]);
  expect((await call(`/documents?q=${"x".repeat(201)}`)).status).toBe(422);
});

test("renames", async () => {
  const id = await add();
  const renamed = await call(`/documents/${id}`, {
    method: "PATCH",
    body: { title: "  Ein\n neuer   \u202eTitel\u2066 " },
  });
  expect([renamed.status, renamed.body.title]).toEqual([200, "Ein neuer Titel"]);
  for (const title of ["", "  ", "\u200b", "x".repeat(201), 7, undefined]) {
    const refused = await call(`/documents/${id}`, { method: "PATCH", body: { title } });
    expect([refused.status, refused.body.code]).toEqual([422, "invalid-request"]);
  }
  expect((await call(`/documents/${id}`)).body.title).toBe("Ein neuer Titel");
});

test("deletes at once for every reader", async () => {
  const id = await add();
  expect((await call(`/documents/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await call(`/documents/${id}`)).body.code).toBe("document-not-found");
  expect((await call(`/documents/${id}`, { method: "DELETE" })).status).toBe(404);
  expect((await call<Page<Document>>("/documents")).body.data).toEqual([]);
});

test("tries only failed documents again", async () => {
  const id = await add({ status: "failed", error_code: "internal-error", attempts: 5 });
  const retried = await call(`/documents/${id}/retry`, { method: "POST" });
  expect([retried.status, retried.body.status, retried.body.error]).toEqual([202, "queued", null]);
  expect(await call(`/documents/${id}/retry`, { method: "POST" })).toMatchObject({
    status: 409,
    body: { code: "not-failed" },
  });
});

test("another person's document does not exist, on any path", async () => {
  const id = await add({ status: "failed" });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const paths = [
    ["GET", `/documents/${id}`],
    ["PATCH", `/documents/${id}`, { title: "mine" }],
    ["DELETE", `/documents/${id}`],
    ["POST", `/documents/${id}/retry`],
    ["GET", `/documents/${id}/file`],
    ["GET", `/documents/${id}/pages/1`],
  ] as const;
  for (const [method, path, body] of paths) {
    for (const [address, as] of [
      [path, other],
      [path.replace(id, uuid()), person],
      [path.replace(id, "not-an-id"), person],
    ] as const) {
      const answer = await call(address, { method, ...(body ? { body } : {}), as });
      expect([method, address, answer.status, answer.body.code]).toEqual([method, address, 404, "document-not-found"]);
    }
    expect((await api.request(path, { method, ...(body ? { body } : {}) })).status).toBe(401);
  }
  expect((await call<Page<Document>>("/documents", { as: other })).body.data).toEqual([]);
  expect((await call(`/documents/${id}`)).body).toMatchObject({ title: "a title", status: "failed" });
});

test("a signed address holds for its own path, size and session only", async () => {
  const id = await add({ pages: 1 });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const visitor = await api.register();
  const mine = await add({ user_id: visitor.userId });
  await api.services.storage.put(`documents/${mine}.pdf`, pdf);
  const { file_url, thumbnail_url } = (await call(`/documents/${id}`)).body;
  const status = async (path: string) => (await api.request(path)).status;
  expect(await status(file_url)).toBe(200);
  expect(await status(file_url.replace("/file", "/pages/1"))).toBe(401);
  expect(await status(thumbnail_url.replace("width=320", "width=1920"))).toBe(401);
  expect(await status(thumbnail_url.replace("/pages/1", "/pages/2"))).toBe(401);
  expect(await status(file_url.replace(id, mine))).toBe(401);
  const theirs = (await call(`/documents/${mine}`, { as: visitor })).body.file_url;
  expect(await status(theirs)).toBe(200);
  await visitor.client.users.logout();
  expect(await status(theirs)).toBe(401);
  await call(`/documents/${id}`, { method: "DELETE" });
  expect(await status(file_url)).toBe(404);
});

test("sends the file whole, in ranges, and not again to who has it", async () => {
  const id = await add({ filename: 'the "€" file.pdf' });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const get = async (headers: Record<string, string> = {}, method = "GET") => {
    const response = await api.request(`/documents/${id}/file`, { token: person.accessToken(), headers, method });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const whole = await get();
  expect(whole.status).toBe(200);
  expect(whole.bytes.equals(pdf)).toBe(true);
  expect(whole.headers.get("content-type")).toBe("application/pdf");
  expect(whole.headers.get("accept-ranges")).toBe("bytes");
  expect(whole.headers.get("cache-control")).toMatch(/^private/);
  expect(whole.headers.get("content-disposition")).toBe(
    'inline; filename="the \\"?\\" file.pdf"; filename*=UTF-8\'\'the%20%22%E2%82%AC%22%20file.pdf',
  );
  const etag = whole.headers.get("etag") ?? "";
  expect((await get({ "If-None-Match": etag })).status).toBe(304);
  const size = pdf.length;
  for (const [range, start, end] of [
    ["bytes=0-0", 0, 0],
    ["bytes=5-9", 5, 9],
    ["bytes=10-", 10, size - 1],
    ["bytes=-7", size - 7, size - 1],
    [`bytes=5-${size * 2}`, 5, size - 1],
    [`bytes=-${size * 2}`, 0, size - 1],
  ] as const) {
    const part = await get({ Range: range, "If-Range": etag });
    expect([range, part.status, part.headers.get("content-range")]).toEqual([
      range,
      206,
      `bytes ${start}-${end}/${size}`,
    ]);
    expect(part.bytes.equals(pdf.subarray(start, end + 1))).toBe(true);
  }
  for (const range of ["bytes=9-5", "bytes=0-1,3-4", "lines=1-2", "bytes=x"]) {
    expect((await get({ Range: range })).status).toBe(200);
  }
  expect((await get({ Range: "bytes=0-1", "If-Range": '"other"' })).status).toBe(200);
  for (const range of [`bytes=${size}-`, "bytes=-0"]) {
    const refused = await get({ Range: range });
    expect([refused.status, refused.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
    expect(JSON.parse(refused.bytes.toString()).code).toBe("range-not-satisfiable");
  }
  const head = await get({}, "HEAD");
  expect([head.status, head.headers.get("content-length"), head.bytes.length]).toEqual([200, String(size), 0]);
});

test("draws a page once, keeps it, and draws the first before the document is read", async () => {
  const id = await add({ status: "queued", pages: null });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const { thumbnail_url } = (await call(`/documents/${id}`)).body;
  const answers = await Promise.all(Array.from({ length: 4 }, () => api.request(thumbnail_url)));
  const pictures = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(answers[0]?.headers.get("content-type")).toMatch(/^image\/(webp|png)$/);
  expect(answers[0]?.headers.get("cache-control")).toMatch(/^private/);
  expect(pictures.every((picture) => picture.equals(pictures[0] ?? Buffer.alloc(0)))).toBe(true);
  const kept: string[] = [];
  for await (const { key } of api.services.storage.list(`documents/${id}/`)) kept.push(key);
  expect(kept).toEqual([expect.stringMatching(/pages\/1-320\.(webp|png)$/)]);
  const etag = answers[0]?.headers.get("etag") ?? "";
  expect((await api.request(thumbnail_url, { headers: { "If-None-Match": etag } })).status).toBe(304);
});

test("answers 404 for pages that are not there and 422 for sizes that are not offered", async () => {
  const id = await add({ pages: 1 });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  for (const page of ["0", "2", "-1", "1.5", "x", "99999999"]) {
    expect((await call(`/documents/${id}/pages/${page}`)).status).toBe(404);
  }
  for (const width of ["1", "161", "x"]) {
    expect((await call(`/documents/${id}/pages/1?width=${width}`)).status).toBe(422);
  }
  const unread = await add({ pages: null });
  await api.services.storage.put(`documents/${unread}.pdf`, pdf);
  expect((await call(`/documents/${unread}/pages/2`)).status).toBe(404);
  const damaged = await add({ pages: null });
  await api.services.storage.put(`documents/${damaged}.pdf`, Buffer.from("%PDF-1.4 not really"));
  expect((await call(`/documents/${damaged}/pages/1`)).body.code).toBe("not-found");
});

test("a file that is removed after it was found is a document that does not exist", async () => {
  const id = await add({ pages: 1 });
  const picture = await call(`/documents/${id}/pages/1`);
  expect([picture.status, picture.body.code]).toEqual([404, "document-not-found"]);
  const { storage } = api.services;
  const { stat } = storage;
  try {
    storage.stat = async () => ({ bytes: 100 });
    const file = await call(`/documents/${id}/file`);
    expect([file.status, file.body.code]).toEqual([404, "document-not-found"]);
  } finally {
    storage.stat = stat;
  }
});

test("a picture that is drawn while its document is deleted is not kept", async () => {
  const id = await add({ pages: 1 });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const drawing = call(`/documents/${id}/pages/1?width=1920`);
  await DocumentModel.query(api.services.db).findById(id).patch({ deleted_at: new Date() });
  expect((await drawing).status).toBe(404);
  for await (const { key } of api.services.storage.list(`documents/${id}/`)) throw new Error(`${key} was left`);
});

test("a picture that nobody waits for any more is not drawn, unless it was begun", async () => {
  const id = await add({ pages: 1 });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const document = await DocumentModel.query(api.services.db).findById(id).throwIfNotFound();
  const begun: number[] = [];
  let open = () => {};
  const gate = new Promise<void>((done) => {
    open = done;
  });
  const reader: PdfReader = {
    ...api.services.reader,
    async draw(path, page, options) {
      begun.push(options.width);
      await gate;
      return api.services.reader.draw(path, page, options);
    },
  };
  const pictures = createPagePictures({ ...api.services, reader });
  const gone = new AbortController();
  const stays = new AbortController();
  const ask = (width: number, { signal }: AbortController) => pictures.get(document, 1, width, signal);
  const first = [ask(160, gone), ask(320, gone)];
  await expect.poll(() => begun.length).toBe(2);
  const waits = expect(ask(640, gone)).rejects.toThrow();
  const shared = ask(960, stays);
  gone.abort();
  await waits;
  open();
  await Promise.all([...first, shared]);
  expect(begun.sort()).toEqual([160, 320, 960]);
});

test("a page that could not be drawn is not tried again, at whatever width", async () => {
  const id = await add({ pages: 1 });
  await api.services.storage.put(`documents/${id}.pdf`, pdf);
  const document = await DocumentModel.query(api.services.db).findById(id).throwIfNotFound();
  let tries = 0;
  const reader: PdfReader = {
    ...api.services.reader,
    async draw() {
      tries += 1;
      throw new PdfFaultError("pdf-too-complex");
    },
  };
  const pictures = createPagePictures({ ...api.services, reader });
  const ask = (width: number) => pictures.get(document, 1, width, new AbortController().signal);
  for (const width of [160, 320, 160, 1280]) await expect(ask(width)).rejects.toMatchObject({ code: "not-found" });
  expect(tries).toBe(1);
  document.error_code = "pdf-too-complex";
  const fresh = createPagePictures({ ...api.services, reader });
  await expect(fresh.get(document, 1, 160, new AbortController().signal)).rejects.toMatchObject({ code: "not-found" });
  expect(tries).toBe(1);
});

let events: AbortController;
beforeEach(() => {
  events = new AbortController();
});
afterEach(() => events.abort());

/** Reads the next event of the stream; fails when there is none. */
function follow(as: SignedIn) {
  const stream = as.client.documents.events({ signal: events.signal })[Symbol.asyncIterator]();
  return async (): Promise<DocumentEvent> => {
    const { value, done } = await stream.next();
    if (done) throw new Error("the stream has ended");
    return value;
  };
}

test("tells of unfinished documents first, then of each change", async () => {
  await add();
  const id = await add({ status: "processing", progress: 0.25 });
  const next = follow(person);
  expect(await next()).toMatchObject({ event: "snapshot", data: { documents: [{ id, progress: 0.25 }] } });
  await call(`/documents/${id}`, { method: "PATCH", body: { title: "new" } });
  expect(await next()).toMatchObject({ event: "document", data: { id, title: "new", status: "processing" } });
  await call(`/documents/${id}`, { method: "DELETE" });
  expect(await next()).toEqual({ event: "document", data: { id, deleted: true } });
});

test("joins many changes of a document, and tells nobody else", async () => {
  const id = await add({ status: "processing" });
  const mine = follow(person);
  const theirs = follow(other);
  await mine();
  expect(await theirs()).toMatchObject({ data: { documents: [] } });
  for (let n = 1; n <= 200; n++) {
    await DocumentModel.query(api.services.db)
      .findById(id)
      .patch({ progress: n / 200 });
    await api.services.events.append(DocumentModel.eventsKey(person.userId), "document", { id });
  }
  const seen: number[] = [];
  while (seen.at(-1) !== 1) seen.push(((await mine()).data as Document).progress);
  expect(seen.length).toBeLessThan(30);
  const form = new FormData();
  form.append("file", new Blob([makePdf(["another"])]), "theirs.pdf");
  await fetch(`${api.url}/upload`, {
    method: "POST",
    headers: { Authorization: `Bearer ${other.accessToken()}` },
    body: form,
  });
  expect(await theirs()).toMatchObject({ event: "document", data: { filename: "theirs.pdf", status: "queued" } });
});

test("the stream of changes ends with its session", async () => {
  const leaving = await api.register();
  const response = await api.request("/documents/events", { token: leaving.accessToken() });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const whole = response.text();
  await leaving.client.users.logout();
  expect(await whole).toContain("event: snapshot");
  expect((await api.request("/documents/events")).status).toBe(401);
});
