// Answers through a real nginx as it comes: nothing is held back, silence is bridged, and what it cuts is taken up again.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, request as request1, type ServerResponse } from "node:http";
import { connect as connect2 } from "node:http2";
import type { AddressInfo } from "node:net";
import { type Client, createClient, memoryTokens, type TokenStore } from "@pagewise/sdk";
import { chunk, textChunk } from "@pagewise/server/test/openai-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNginx, type Nginx, startNginx } from "./nginx.ts";
import { type Product, samplePdf, startProduct, temporaryDir, until } from "./product.ts";

/** Longer than the proxy and the reader wait for a byte. */
const silentMs = 33_000;
const idleLimitMs = 30_000;
const words = ["Gnats ", "like ", "wet ", "soil. ", "[1]"];

/** A model that says each word when its reader has seen the one before. */
interface Talk {
  /** The reader has seen this much of the answer's text; the passages are seen with none. */
  saw(length: number): void;
  seen(length: number): Promise<void>;
  /** Before the word with this number. */
  pauseMs: (word: number) => number;
}
const talks = new Map<string, Talk>();

function talk(name: string, pauseMs: (word: number) => number): Talk {
  let known = -1;
  let wake = () => {};
  const saw = (length: number) => {
    known = Math.max(known, length);
    wake();
  };
  const seen = async (length: number) => {
    while (known < length) await new Promise<void>((resolve) => (wake = resolve));
  };
  const made = { saw, pauseMs, seen };
  talks.set(name, made);
  return made;
}

async function speak(response: ServerResponse, { seen, pauseMs }: Talk): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  let said = 0;
  for (const [index, word] of words.entries()) {
    // The mark may be held back until it is known to be one.
    await seen(Math.min(said, words.slice(0, 3).join("").length));
    await new Promise((resolve) => setTimeout(resolve, pauseMs(index)));
    response.write(`data: ${JSON.stringify(textChunk(word))}\n\n`);
    said += word.length;
  }
  const end = chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`);
}

interface Opened {
  status: number;
  headers: Record<string, unknown>;
  chunks: AsyncIterable<Buffer>;
}

describe.skipIf(!hasNginx)("through nginx", () => {
  const model = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const asked = talks.get(/gnats \((\w+)\)/.exec(body)?.[1] ?? "");
    if (asked) await speak(response, asked);
    else response.writeHead(200, { "content-type": "application/json" }).end('{"object":"list","data":[]}');
  });
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let product: Product;
  let nginx: Nginx;
  let client: Client;
  const tokens: TokenStore = memoryTokens();
  const question = (name: string) => ({ message: `How do I get rid of fungus gnats (${name})?` });

  beforeAll(async () => {
    await new Promise<void>((done) => model.listen(0, "127.0.0.1", done));
    dir = await temporaryDir();
    const { port } = model.address() as AddressInfo;
    const env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_MODEL: "test" };
    product = await startProduct({ dataDir: dir.path, env });
    nginx = await startNginx(product.url);
    client = createClient({ baseUrl: nginx.url, tokens });
    const person = { email: "reader@example.com", password: "correct horse battery" };
    await client.users.register(person);
    await client.users.login(person);
    const { document_id } = await client.documents.upload(new Blob([await readFile(samplePdf)]), { filename: "a.pdf" });
    await until("the sample to be ready", async () => (await client.documents.get(document_id)).status === "ready");
  });
  afterAll(async () => {
    await nginx?.close();
    await product?.stop();
    model.closeAllConnections();
    model.close();
    await dir?.remove();
  });

  const headersOf = () => ({
    authorization: `Bearer ${tokens.get()?.access_token}`,
    "content-type": "application/json",
    "accept-encoding": "gzip, br",
  });

  async function overHttp1(name: string): Promise<Opened> {
    const sent = request1(`${nginx.url}/chat`, { method: "POST", headers: headersOf(), timeout: idleLimitMs });
    sent.on("timeout", () => sent.destroy(new Error("nothing came for 30 seconds")));
    sent.end(JSON.stringify(question(name)));
    const [response] = await once(sent, "response");
    expect(response.httpVersion).toBe("1.1");
    return { status: response.statusCode, headers: response.headers, chunks: response };
  }

  async function overHttp2(name: string): Promise<Opened> {
    const session = connect2(nginx.http2Url);
    const sent = session.request({ ":method": "POST", ":path": "/chat", ...headersOf() });
    sent.setTimeout(idleLimitMs, () => sent.destroy(new Error("nothing came for 30 seconds")));
    sent.end(JSON.stringify(question(name)));
    sent.on("close", () => session.close());
    const [headers] = await once(sent, "response");
    return { status: headers[":status"], headers, chunks: sent };
  }

  describe.concurrent("a model that is silent for longer than the proxy waits", () => {
    test.each([
      ["HTTP/1.1", overHttp1],
      ["HTTP/2", overHttp2],
    ])("over %s: at once, bridged by pings, word by word, not compressed", { timeout: 120_000 }, async (name, open) => {
      const key = name.replace(/\W/g, "");
      const conversation = talk(key, (word) => (word === 0 ? silentMs : 0));
      // The model says nothing before the passages have been seen: headers and first events are not held back.
      const { status, headers, chunks } = await open(key);
      expect(status).toBe(200);
      expect(headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8" });
      expect(headers["content-encoding"]).toBeUndefined();
      let wire = "";
      for await (const bytes of chunks) {
        wire += bytes.toString();
        const events = [...wire.matchAll(/^event: (\w+)\ndata: (.*)\n$/gm)];
        const text = events.map(([, event, data]) => (event === "delta" ? JSON.parse(data ?? "").text : "")).join("");
        if (events.some(([, event]) => event === "citations")) conversation.saw(text.trimEnd().length + 1);
      }
      expect(wire.match(/^: ping$/gm)?.length).toBeGreaterThanOrEqual(3);
      expect(wire).toContain("event: done");
      const deltas = [...wire.matchAll(/^event: delta\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? "").text);
      expect(deltas.join("")).toBe("Gnats like wet soil. [1]");
      expect(deltas.length).toBeGreaterThanOrEqual(4);
    });

    test("what a proxy cuts for its silence is taken up again by the SDK, word for word", {
      timeout: 60_000,
    }, async () => {
      const conversation = talk("hasty", (word) => (word % 2 ? 2_500 : 0));
      const connected: boolean[] = [];
      const hasty = createClient({ baseUrl: nginx.hastyUrl, tokens, backoffMs: 50 });
      const onConnection = (now: boolean) => void connected.push(now);
      let text = "";
      const ids: number[] = [];
      for await (const event of hasty.chat.ask(question("hasty"), { onConnection })) {
        ids.push(event.id);
        if (event.event === "delta") text += event.data.text;
        if (event.id > 1) conversation.saw(text.trimEnd().length + 1);
        if (event.event === "done") expect(event.data).toMatchObject({ finish_reason: "stop", cited: [1] });
      }
      expect(text).toBe("Gnats like wet soil. [1]");
      expect(ids).toEqual(ids.map((_, index) => index + 1));
      expect(connected.filter((now) => !now).length).toBeGreaterThan(0);
      expect((await client.conversations.list({ q: "hasty" })).data).toHaveLength(1);
    });
  });
});
