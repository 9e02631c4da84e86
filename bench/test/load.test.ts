// The load benches' own parts: bare peers, the model's server, readers that time each word, and the picture.
import { expect, test } from "vitest";
import { quantile, startBeside, startReaders, told } from "../measured.mjs";
import { readStream, requestBytes } from "../raw-http.mjs";
import { drawStreams } from "../streams-picture.mjs";

const post = (url: string) =>
  requestBytes(url, { method: "POST", path: "/v1/chat/completions", body: '{"messages":["question-7"]}' });

test("the bare proxy brings every word of the model, and tells what it used", async () => {
  const model = await startBeside("model-server.mjs", [41, 1]);
  const bare = await startBeside("bare.mjs", ["proxy", model.url]);
  const told7: string[] = [];
  model.child.on("message", ({ type, question }: { type: string; question: string }) => told7.push(type, question));
  const { text } = await readStream(bare.url, post(bare.url), { until: "[DONE]" });
  expect(text.match(/Blue\. \[1\]|The sky is/g)).toHaveLength(41);
  expect((await told(bare.child, "cpu")).ms).toBeGreaterThan(0);
  await expect.poll(() => told7).toEqual(["asked", "question-7"]);
  bare.close();
  model.close();
});

test("readers hear the words of the streams that they sample, and say when streams are cut", async () => {
  const model = await startBeside("model-server.mjs", [1_000, 5, "stamped"]);
  const bare = await startBeside("bare.mjs", ["readers", model.url]);
  await fetch(`${bare.url}/v1/chat/completions`, { method: "POST", body: "{}" });
  const readers = await startReaders();
  const requests = [requestBytes(bare.url, { path: "/0" }).toString("latin1")];
  await readers.ask("open", { url: bare.url, requests, count: 9 });
  const { heard, p50, cut } = await readers.ask("listen", { ms: 200 });
  expect(heard).toBeGreaterThan(0);
  expect(p50).toBeGreaterThan(0);
  expect(cut).toBe(0);
  bare.close();
  await expect.poll(async () => (await readers.ask("listen", { ms: 50 })).cut).toBe(9);
  await expect(readers.ask("open", { url: bare.url, requests, count: 10 })).rejects.toThrow("ECONNREFUSED");
  readers.close();
  model.close();
});

test("a share of values is counted from below, and both servers are drawn", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([quantile(values, 0.5), quantile(values, 0.99), quantile([7], 0.99)]).toEqual([50, 99, 7]);
  const points = [{ streams: 100, p50: 1, p99: 3 }];
  const picture = drawStreams(
    [
      { name: "bare", points },
      { name: "ours", points },
    ],
    250,
  );
  expect(picture.match(/<polyline/g)).toHaveLength(4);
  expect(picture).toContain("ours, p99");
});
