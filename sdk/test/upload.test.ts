// Uploads from Node to a real server: the form they make, progress, cuts, aborts.
import { createHash, randomBytes } from "node:crypto";
import { openAsBlob } from "node:fs";
import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createClient, isApiError, isConnectionError, isFileChangedError, type UploadProgress } from "../index.ts";
import { serve, until } from "./server.ts";

const clientOf = (url: string, options = {}) => createClient({ baseUrl: url, backoffMs: 1, ...options });
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error) => error,
  );
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const result = { document_id: "d1", status: "queued", message: "", document: { id: "d1" } };

/** Reads a multipart body as any server does: through the platform's own parser. */
async function fileOf(body: Buffer, contentType: string | undefined): Promise<File> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType ?? "" } }).formData();
  expect([...form.keys()]).toEqual(["file"]);
  return form.get("file") as File;
}

test("a file arrives whole, with its name, its size announced and progress told", async () => {
  const bytes = randomBytes(5_000_000);
  const received: { file: File; length: string | undefined }[] = [];
  const { url } = await serve(async ({ line, request, body, json }) => {
    expect(line).toBe("POST /upload");
    expect(Number(request.headers["content-length"])).toBe(body.length);
    received.push({
      file: await fileOf(body, request.headers["content-type"]),
      length: request.headers["content-length"],
    });
    json(202, result);
  });
  const progress: UploadProgress[] = [];
  const file = new File([bytes], "Größe.pdf", { type: "application/pdf" });
  expect(await clientOf(url).documents.upload(file, { onProgress: (step) => progress.push(step) })).toEqual(result);
  const got = received[0]?.file as File;
  expect([got.name, got.type]).toEqual(["Größe.pdf", "application/pdf"]);
  expect(hash(new Uint8Array(await got.arrayBuffer()))).toBe(hash(bytes));
  expect(progress.length).toBeGreaterThan(20);
  expect(progress.at(-1)).toEqual({ loaded: 5_000_000, total: 5_000_000 });
  expect(progress.map(({ loaded }) => loaded)).toEqual([...progress.map(({ loaded }) => loaded)].sort((a, b) => a - b));
});

test("names that would break out of the form do not", async () => {
  const names: string[] = [];
  const { url } = await serve(async ({ request, body, json }) => {
    names.push((await fileOf(body, request.headers["content-type"])).name);
    json(202, result);
  });
  const { documents } = clientOf(url);
  const file = new Blob(["%PDF-"]);
  await documents.upload(file, { filename: 'a"; filename="b.exe\r\nX-Evil: 1\r\n\r\n.pdf' });
  await documents.upload(file);
  // Parsers differ in whether they undo the escapes; none takes the second name.
  expect(names[0]).toMatch(/^a("|%22); filename=("|%22)b\.exe/);
  expect(names[1]).toBe("document.pdf");
});

test("an empty file is sent, and refused by the server alone", async () => {
  const { url } = await serve(({ problem }) => problem(415, "not-a-pdf"));
  const progress: UploadProgress[] = [];
  const error = await failureOf(
    clientOf(url).documents.upload(new Blob([]), { onProgress: (step) => progress.push(step) }),
  );
  expect(isApiError(error) && error.code).toBe("not-a-pdf");
  expect(progress).toEqual([{ loaded: 0, total: 0 }]);
});

test("50 MB survive three cuts with progress that never falls", async () => {
  const bytes = randomBytes(50_000_000);
  let cuts = 0;
  let received = "";
  const { url, lines } = await serve(
    async ({ request, body, json }) => {
      received = hash(new Uint8Array(await (await fileOf(body, request.headers["content-type"])).arrayBuffer()));
      json(202, result);
    },
    (request) => {
      if (cuts >= 3) return;
      const cutAt = 10_000_000 * ++cuts;
      let length = 0;
      request.on("data", (part: Buffer) => {
        length += part.length;
        if (length > cutAt) request.destroy();
      });
    },
  );
  const loaded: number[] = [];
  await clientOf(url).documents.upload(new Blob([bytes]), { onProgress: (step) => loaded.push(step.loaded) });
  expect(received).toBe(hash(bytes));
  expect(lines).toHaveLength(4);
  for (let i = 1; i < loaded.length; i++) expect(loaded[i]).toBeGreaterThan(loaded[i - 1] as number);
  expect(loaded.at(-1)).toBe(50_000_000);
});

test("an upload that is always cut ends in a ConnectionError", async () => {
  const { url, lines } = await serve(({ response }) => void response.destroy());
  const error = await failureOf(clientOf(url, { maxRetries: 2 }).documents.upload(new Blob(["x"])));
  expect(isConnectionError(error)).toBe(true);
  expect(lines).toHaveLength(3);
});

test.each([
  ["grows", (path: string) => appendFile(path, "more")],
  ["shrinks", (path: string) => truncate(path, 1_000_000)],
  ["is removed", (path: string) => rm(path)],
])("a file on disk that %s while it is sent is told as that, and not sent again", async (_how, change) => {
  const dir = await mkdtemp(join(tmpdir(), "pagewise-sdk-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, "file.pdf");
  await writeFile(path, randomBytes(20_000_000));
  let changed: Promise<void> | undefined;
  const { url, lines } = await serve(({ json }) => json(202, result));
  const upload = clientOf(url).documents.upload(await openAsBlob(path), {
    onProgress({ loaded }) {
      if (loaded > 2_000_000) changed ??= change(path);
    },
  });
  const error = await failureOf(upload);
  await changed;
  expect(isFileChangedError(error) && error.code).toBe("file-changed");
  expect(lines).toHaveLength(1);
});

test("a refusal is not tried again", async () => {
  const { url, lines } = await serve(({ problem }) => problem(429, "too-many-requests", { "retry-after": "0" }));
  const error = await failureOf(clientOf(url).documents.upload(new Blob(["x"])));
  expect(isApiError(error) && error.retryAfterMs).toBe(0);
  expect(lines).toHaveLength(1);
});

test("an aborted upload rejects with the reason and closes the connection", async () => {
  let closed = false;
  const { url } = await serve(
    () => {},
    (request) => {
      request.socket.on("close", () => {
        closed = true;
      });
    },
  );
  const controller = new AbortController();
  const reason = new Error("enough");
  const upload = clientOf(url).documents.upload(new Blob([randomBytes(20_000_000)]), {
    signal: controller.signal,
    onProgress: ({ loaded }) => loaded > 5_000_000 && controller.abort(reason),
  });
  expect(await failureOf(upload)).toBe(reason);
  await until("the connection is closed", () => closed);
});

test("a time limit is kept where one is set", async () => {
  const { url } = await serve(() => {});
  const error = await failureOf(clientOf(url).documents.upload(new Blob(["x"]), { timeoutMs: 60 }));
  expect(isConnectionError(error) && error.fault).toBe("timeout");
});
