import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { ProblemBody, UploadResult } from "@pagewise/sdk/contract";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DocumentModel } from "../../models/document.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { makePdf } from "../../test/pdf.ts";

let api: Api;
let person: SignedIn;
beforeAll(async () => {
  api = await startApi({ env: { MAX_UPLOAD_MB: "1" } });
  person = await api.register();
});
afterEach(async () => {
  await DocumentModel.query(api.services.db).delete();
  await api.services.storage.removeAll("documents/");
});
afterAll(() => api.close());

let made = 0;
const newPdf = () => makePdf([`page of file ${++made}`]);

async function post(form: FormData | { body: string | Buffer; type: string }, token = person.accessToken()) {
  const multipart = form instanceof FormData;
  const response = await fetch(`${api.url}/upload`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, ...(multipart ? {} : { "Content-Type": form.type }) },
    body: multipart ? form : form.body,
  });
  const body = (await response.json()) as Omit<UploadResult, "status"> &
    Omit<ProblemBody, "status"> & { status: string | number };
  return { status: response.status, headers: response.headers, body };
}

function formOf(...files: { bytes: Buffer; name?: string; field?: string }[]): FormData {
  const form = new FormData();
  for (const { bytes, name = "a file.pdf", field = "file" } of files) form.append(field, new Blob([bytes]), name);
  return form;
}

const send = (bytes: Buffer, name?: string) => post(formOf({ bytes, ...(name === undefined ? {} : { name }) }));

async function storedFiles(): Promise<string[]> {
  const dir = join(api.services.config.dataDir, "files");
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((item) => item.isFile()).map((item) => item.name);
}

async function expectNothingLeft(): Promise<void> {
  expect(await storedFiles()).toEqual([]);
  expect(await DocumentModel.query(api.services.db)).toEqual([]);
}

/** A form by hand, sent as it stands. */
function rawForm(parts: string, boundary = "xxBOUNDARYxx") {
  return { body: Buffer.from(parts, "latin1"), type: `multipart/form-data; boundary=${boundary}` };
}

test("takes a PDF in, whole and hashed, and says where it is", async () => {
  const bytes = newPdf();
  const { status, headers, body } = await send(bytes, "Über uns.pdf");
  expect(status).toBe(202);
  expect(headers.get("location")).toBe(`/documents/${body.document_id}`);
  expect(body).toMatchObject({
    status: "queued",
    message: expect.any(String),
    document: {
      id: body.document_id,
      title: "Über uns",
      filename: "Über uns.pdf",
      bytes: bytes.length,
      pages: null,
      language: null,
      status: "queued",
      progress: 0,
      embedded: null,
      pages_unreadable: [],
      error: null,
      processed_at: null,
    },
  });
  const row = await DocumentModel.query(api.services.db).findById(body.document_id);
  expect(row?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(await storedFiles()).toEqual([`${body.document_id}.pdf`]);
});

test("takes a file without a type of its own, under a name in RFC 8187's encoding", async () => {
  const head =
    '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"; filename*=utf-8\'\'%E2%82%AC.pdf\r\n\r\n';
  const { status, body } = await post(rawForm(`${head}${newPdf().toString("latin1")}\r\n--xxBOUNDARYxx--\r\n`));
  expect([status, body.document?.filename]).toEqual([202, "€.pdf"]);
});

test.each([
  ["../../../etc/passwd.pdf", "passwd.pdf"],
  ["C:\\Users\\me\\report.pdf", "report.pdf"],
  ["..", "document.pdf"],
  ["a\u202Efdp.exe\u0007.pdf", "a fdp.exe .pdf"],
  ["👩‍👩‍👧 family 📄.pdf", "👩‍👩‍👧 family 📄.pdf"],
  ["e\u0301te\u0301.pdf", "été.pdf"],
  [`${"é".repeat(300)}.pdf`, `${"é".repeat(125)}.pdf`],
])("keeps the name %j for show only, as %j", async (sent, shown) => {
  const { status, body } = await send(newPdf(), sent);
  expect([status, body.document?.filename]).toEqual([202, shown]);
  expect(await storedFiles()).toEqual([`${body.document_id}.pdf`]);
});

test("finds the document that the same bytes have made", async () => {
  const bytes = newPdf();
  const first = await send(bytes, "first.pdf");
  const again = await send(bytes, "second.pdf");
  expect([again.status, again.body.document_id]).toEqual([200, first.body.document_id]);
  expect(again.body.document.filename).toBe("first.pdf");
  expect(again.headers.get("location")).toBe(`/documents/${first.body.document_id}`);
  const other = await api.register();
  const theirs = await post(formOf({ bytes }), other.accessToken());
  expect(theirs.status).toBe(202);
  expect(theirs.body.document_id).not.toBe(first.body.document_id);
  expect((await storedFiles()).length).toBe(2);
});

test("queues a failed document again when its bytes come again", async () => {
  const bytes = newPdf();
  const { document_id: id } = (await send(bytes)).body;
  await DocumentModel.query(api.services.db)
    .findById(id)
    .patch({ status: "failed", error_code: "internal-error", attempts: 5, processed_at: new Date() });
  const again = await send(bytes);
  expect([again.status, again.body.document_id, again.body.status]).toEqual([202, id, "queued"]);
  expect(await DocumentModel.query(api.services.db).findById(id)).toMatchObject({ attempts: 0, error_code: null });
  expect((await storedFiles()).length).toBe(1);
});

test("the same bytes ten times at once make one document", async () => {
  const bytes = newPdf();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(bytes)));
  expect(new Set(answers.map(({ body }) => body.document_id)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 202).length).toBe(1);
  expect((await storedFiles()).length).toBe(1);
});

test("refuses what is not a PDF by its content, whatever its name", async () => {
  const word = await send(Buffer.from("PK\u0003\u0004 no PDF at all"), "report.pdf");
  expect([word.status, word.body.code]).toEqual([415, "not-a-pdf"]);
  const late = await send(Buffer.concat([Buffer.alloc(2000), newPdf()]));
  expect([late.status, late.body.code]).toEqual([415, "not-a-pdf"]);
  const empty = await send(Buffer.alloc(0));
  expect([empty.status, empty.body.code]).toEqual([415, "not-a-pdf"]);
  await expectNothingLeft();
  const named = await send(Buffer.concat([Buffer.alloc(500), newPdf()]), "notes.txt");
  expect(named.status).toBe(202);
});

test("refuses a file that is too large, by its announced and by its real size", async () => {
  const large = Buffer.concat([newPdf(), Buffer.alloc(1024 * 1024)]);
  const barely = await send(large);
  expect([barely.status, barely.body.code]).toEqual([413, "file-too-large"]);
  const announced = await send(Buffer.concat([large, Buffer.alloc(8 * 1024 * 1024)]));
  expect([announced.status, announced.body.code]).toEqual([413, "file-too-large"]);
  await expectNothingLeft();
  const most = await send(Buffer.concat([newPdf(), Buffer.alloc(1024 * 1024 - 5000)]));
  expect(most.status).toBe(202);
});

test("refuses forms without a file, with several, or with something else", async () => {
  const none = new FormData();
  none.append("note", "no file here");
  expect((await post(none)).body).toMatchObject({ status: 422, code: "file-missing" });
  const field = new FormData();
  field.append("file", "not a file");
  expect((await post(field)).body).toMatchObject({ status: 422, code: "file-missing" });
  expect((await post(formOf({ bytes: newPdf(), field: "other" }))).body).toMatchObject({ code: "file-missing" });
  const two = await post(formOf({ bytes: newPdf() }, { bytes: newPdf() }));
  expect([two.status, two.body.code]).toEqual([422, "too-many-files"]);
  const fat = new FormData();
  fat.append("note", "x".repeat(100_000));
  expect((await post(fat)).body).toMatchObject({ status: 413 });
  await expectNothingLeft();
});

test.each([
  ["JSON", { body: "{}", type: "application/json" }, "unsupported-media-type"],
  ["a bare PDF", { body: "%PDF-1.4", type: "application/pdf" }, "unsupported-media-type"],
  ["no boundary", { body: "--x\r\n", type: "multipart/form-data" }, "malformed-request"],
  ["no form", rawForm("this is no form at all"), "malformed-request"],
  [
    "a form cut in a file",
    rawForm(
      '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 and then',
    ),
    "malformed-request",
  ],
  [
    "an unknown encoding",
    rawForm(
      '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: rot13\r\n\r\n%PDF-1.4\r\n--xxBOUNDARYxx--\r\n',
    ),
    "malformed-request",
  ],
])("refuses %s", async (_kind, form, code) => {
  expect((await post(form)).body.code).toBe(code);
  await expectNothingLeft();
});

test.each([
  ["the head of a part", '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="', "abcdefgh"],
  ["heads of a part", "--xxBOUNDARYxx\r\n", "X-More: yes\r\n"],
  [
    "a file that is not wanted",
    '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\n',
    "x",
  ],
])("refuses a form of no announced size in which %s does not end", async (_what, start, more) => {
  const part = Buffer.from(more.repeat(Math.ceil(65_536 / more.length)));
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(start)),
    pull(controller) {
      sent += part.length;
      if (sent < 4 * 1024 * 1024) controller.enqueue(part);
      else controller.close();
    },
  });
  const response = await fetch(`${api.url}/upload`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${person.accessToken()}`,
      "Content-Type": "multipart/form-data; boundary=xxBOUNDARYxx",
    },
    body: endless,
    duplex: "half",
  } as RequestInit);
  expect([response.status, ((await response.json()) as ProblemBody).code]).toEqual([413, "file-too-large"]);
  await expectNothingLeft();
});

test("refuses a form in a content encoding, which it would otherwise keep as it stands", async () => {
  const head = '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n';
  const response = await fetch(`${api.url}/upload`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${person.accessToken()}`,
      "Content-Type": "multipart/form-data; boundary=xxBOUNDARYxx",
      "Content-Encoding": "gzip",
    },
    body: Buffer.from(`${head}${newPdf().toString("latin1")}\r\n--xxBOUNDARYxx--\r\n`, "latin1"),
  });
  expect([response.status, ((await response.json()) as ProblemBody).code]).toEqual([415, "unsupported-media-type"]);
  await expectNothingLeft();
});

test("takes a form that ends with its file but not with its last boundary", async () => {
  const head =
    '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n';
  for (const end of ["\r\n--xxBOUNDARYxx\r\n", "\r\n--xxBOUNDARYxx"]) {
    const bytes = newPdf();
    const { status, body } = await post(rawForm(`${head}${bytes.toString("latin1")}${end}`));
    expect([status, body.document?.bytes]).toEqual([202, bytes.length]);
    expect(await storedFiles()).toContain(`${body.document_id}.pdf`);
  }
  expect((await storedFiles()).length).toBe(2);
});

test("an upload cut off half-way leaves nothing", async () => {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  const head = [
    "POST /upload HTTP/1.1",
    `Host: ${hostname}`,
    `Authorization: Bearer ${person.accessToken()}`,
    "Content-Type: multipart/form-data; boundary=xxBOUNDARYxx",
    "Content-Length: 500000",
  ].join("\r\n");
  const part =
    '--xxBOUNDARYxx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n';
  socket.write(`${head}\r\n\r\n${part}${"%PDF-1.4 ".repeat(10_000)}`);
  await expect.poll(storedFiles, { timeout: 10_000 }).toHaveLength(1);
  socket.destroy();
  await expect.poll(storedFiles, { timeout: 10_000 }).toHaveLength(0);
  await expectNothingLeft();
});

test("keeps the file where the row was written and only the database's answer was lost; the next try finds both", async () => {
  const bytes = newPdf();
  const { db } = api.services;
  const lose = (_answer: unknown, query: { sql: string }) => {
    if (query.sql.startsWith("insert into documents")) throw new Error("Connection terminated unexpectedly");
  };
  db.client.on("query-response", lose);
  const first = await send(bytes);
  db.client.off("query-response", lose);
  expect([first.status, first.body.code]).toEqual([503, "unavailable"]);
  const again = await send(bytes);
  expect(again.status).toBe(200);
  expect(await storedFiles()).toEqual([`${again.body.document_id}.pdf`]);
});

test("asks who is calling, and how often, before it reads a byte", async () => {
  const stranger = await post(formOf({ bytes: newPdf() }), "nobody");
  expect([stranger.status, stranger.body.code]).toEqual([401, "unauthorized"]);
  await expectNothingLeft();
  const strict = await startApi({ env: { UPLOADS_PER_HOUR: "1" } });
  try {
    const token = (await strict.register()).accessToken();
    const upload = () =>
      fetch(`${strict.url}/upload`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
        body: formOf({ bytes: newPdf() }),
      });
    expect((await upload()).status).toBe(202);
    const refused = await upload();
    expect([refused.status, ((await refused.json()) as ProblemBody).code]).toEqual([429, "too-many-requests"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  } finally {
    await strict.close();
  }
});

test("the SDK uploads and reads the problem", async () => {
  const result = await person.client.documents.upload(new Blob([newPdf()]), { filename: "by sdk.pdf" });
  expect(result.document.filename).toBe("by sdk.pdf");
  await expect(person.client.documents.upload(new Blob(["no"]))).rejects.toMatchObject({ code: "not-a-pdf" });
});
