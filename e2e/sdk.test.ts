// The main job through the SDK from Node: register, upload real PDFs, ask, and find every quote on its page.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Client } from "@pagewise/sdk";
import { startGeminiServer } from "@pagewise/server/test/gemini-server";
import { baseUrlOf, startOpenAiServer } from "@pagewise/server/test/openai-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, realPdf, samplePdf, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

const questions: { file: string | null; ask: string; answer: RegExp; pages: number[] }[] = [
  { file: samplePdf, ask: "How deep should the pot for parsley be?", answer: /20 cm/, pages: [3] },
  { file: samplePdf, ask: "How do I get rid of fungus gnats?", answer: /three centimetres|sand/i, pages: [5] },
  {
    file: realPdf("ULTABEAUTY_2023Q4_EARNINGS.pdf"),
    ask: "How many stores did the company operate at the end of the fourth quarter?",
    answer: /1,355/,
    pages: [],
  },
  {
    file: realPdf("PIP_Seniors-and-Tech-Use_040314.pdf"),
    ask: "What percentage of seniors are cell phone owners?",
    answer: /77%/,
    pages: [],
  },
  {
    file: realPdf("BESTBUY_2023_10K.pdf"),
    ask: "Where are the corporate headquarters of Best Buy located?",
    answer: /Richfield, Minnesota/,
    pages: [],
  },
];

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let product: Product;
let client: Client;
beforeAll(async () => {
  dir = await temporaryDir();
  product = await startProduct({ dataDir: dir.path });
  client = await signedInClient(product.url);
});
afterAll(async () => {
  await product?.stop();
  await dir?.remove();
});

async function upload(path: string, by = client) {
  const bytes = await readFile(path);
  const { document_id } = await by.documents.upload(new Blob([bytes]), { filename: basename(path) });
  return until(
    `${basename(path)} to be ready`,
    async () => {
      const document = await by.documents.get(document_id);
      if (document.status === "failed") throw new Error(`${basename(path)}: ${document.error?.code}`);
      return document.status === "ready" && document;
    },
    120_000,
  );
}

for (const { file, ask, answer, pages } of questions) {
  test.skipIf(!file)(
    `${basename(file ?? "a real PDF (skipped where it is not present)")}: ${ask}`,
    { timeout: 180_000 },
    async () => {
      const document = await upload(file ?? "");
      const stream = client.chat.ask({ message: ask, document_ids: [document.id] });
      const events: string[] = [];
      let text = "";
      for await (const event of stream) {
        events.push(event.event);
        if (event.event === "delta") text += event.data.text;
        if (event.event === "done") {
          expect(event.data.finish_reason).toBe("stop");
          expect(event.data.cited.length).toBeGreaterThan(0);
        }
      }
      expect(events.slice(0, 2)).toEqual(["start", "citations"]);
      expect(events.filter((event) => event === "delta").length).toBeGreaterThan(1);
      expect(events.at(-1)).toBe("done");
      expect(text).toMatch(answer);

      const [, message] = (await client.conversations.messages((await client.conversations.list()).data[0]?.id ?? ""))
        .data;
      expect(message?.text).toBe(text);
      const cited = message?.citations.filter((citation) => message.cited.includes(citation.index)) ?? [];
      expect(cited.length).toBeGreaterThan(0);
      if (pages.length) expect(cited.some((citation) => pages.includes(citation.page))).toBe(true);
      for (const citation of cited) {
        expect(citation.rects.length).toBeGreaterThan(0);
        const picture = await fetch(client.url(citation.page_image_url));
        expect(picture.status).toBe(200);
        expect(picture.headers.get("content-type")).toMatch(/^image\/(webp|png)$/);
        expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(1000);
      }
    },
  );
}

test("a question that the documents do not answer is refused plainly", async () => {
  const document = await upload(samplePdf);
  const { text, done } = await client.chat
    .ask({ message: "Who won the football world cup in 1998?", document_ids: [document.id] })
    .final();
  expect(done.finish_reason).toBe("refused");
  expect(text.length).toBeGreaterThan(10);
});

test("with a Gemini key the text grows as the model writes it, and its citations stand on their pages", async () => {
  const gemini = await startGeminiServer({
    kind: "answer",
    texts: "Powdery mildew causes it. [1] It comes from crowding and still air, not from wet soil. [1]".split(/(?<= )/),
    framesPerSecond: 20,
  });
  const embedder = await startOpenAiServer();
  const own = await temporaryDir();
  const started = await startProduct({
    dataDir: own.path,
    env: {
      GEMINI_API_KEY: "key",
      GEMINI_BASE_URL: gemini.baseUrl,
      GEMINI_MODEL: "gemini-test",
      OPENAI_BASE_URL: baseUrlOf(embedder),
      OPENAI_EMBEDDING_MODEL: "nomic-embed-text",
    },
  });
  try {
    const reader = await signedInClient(started.url);
    const document = await upload(samplePdf, reader);
    // The other provider embeds, after the document is ready.
    await expect.poll(async () => (await reader.documents.get(document.id)).embedded, { timeout: 30_000 }).toBe(1);
    const arrivals: number[] = [];
    let text = "";
    for await (const event of reader.chat.ask({
      message: "What causes the white dust of powdery mildew?",
      document_ids: [document.id],
    })) {
      if (event.event === "delta") {
        arrivals.push(performance.now());
        text += event.data.text;
      }
      if (event.event === "citations") expect(event.data.citations[0]?.quote).toContain("Powdery mildew");
      if (event.event === "done")
        expect(event.data).toMatchObject({ finish_reason: "stop", cited: [1], model: "gemini-test" });
    }
    expect(text).toMatch(/^Powdery mildew causes it\. \[1\].*wet soil\. \[1\]/);
    // Sixteen frames at 20 a second: they came one after another, not in one piece.
    expect(arrivals.length).toBeGreaterThan(8);
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(300);
    const embedded = embedder.requests.flatMap(({ body }) => body.input as string[]);
    expect(embedded).toContain("search_query: What causes the white dust of powdery mildew?");
    expect(embedded).toContainEqual(expect.stringMatching(/^search_document: .*Powdery mildew/s));
  } finally {
    await started.stop();
    await Promise.all([gemini.close(), embedder.close()]);
    await own.remove();
  }
}, 90_000);
