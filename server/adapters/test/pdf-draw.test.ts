// Pages drawn as pictures: their size, that text stands where its line's box says, and the bounds of drawing.
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import type { PdfReader } from "../../ports.ts";
import { line, makePdf } from "./pdf-files.ts";
import { onDisk, readGood, testReader } from "./pdf-reader.ts";

async function draw(reader: PdfReader, path: string, page: number, width: number) {
  const picture = await reader.draw(path, page, { width, signal: new AbortController().signal });
  expect(picture.contentType).toBe("image/webp");
  const image = await loadImage(Buffer.from(picture.bytes));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return { width: image.width, height: image.height, context };
}

/** The share of dark pixels in a part of a picture, given in fractions of it. */
function ink({ context, width, height }: Awaited<ReturnType<typeof draw>>, box: number[]): number {
  const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = box;
  const { data } = context.getImageData(
    Math.round(x0 * width),
    Math.round(y0 * height),
    Math.max(1, Math.round((x1 - x0) * width)),
    Math.max(1, Math.round((y1 - y0) * height)),
  );
  let dark = 0;
  for (let index = 0; index < data.length; index += 4) if ((data[index] ?? 255) < 128) dark++;
  return dark / (data.length / 4);
}

test.each([0, 90, 180, 270])("draws a page turned by %i with its text in the line's box", async (rotate) => {
  const path = await onDisk(
    makePdf([{ content: line("MMMMMMMM", 100, 150, 30), entries: `/Rotate ${rotate} /CropBox [50 100 550 800]` }]),
  );
  const reader = testReader();
  const [page] = await readGood(reader, path);
  const picture = await draw(reader, path, 1, 600);
  expect(picture.width).toBe(600);
  expect(picture.height).toBe(rotate % 180 === 0 ? 840 : Math.round((600 * 500) / 700));
  expect(ink(picture, page?.lines[0]?.box ?? [])).toBeGreaterThan(0.15);
  // All of the page's ink is in that box.
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = page?.lines[0]?.box ?? [];
  const outside = ink(picture, [0, 0, 1, 1]) - ink(picture, [x0, y0, x1, y1]) * (x1 - x0) * (y1 - y0);
  expect(Math.abs(outside)).toBeLessThan(0.001);
});

test("draws pages of several documents one after another, and a file that was replaced afresh", async () => {
  const reader = testReader();
  const page = (x: number) => ({ content: line("MMMM", x, 400, 40) });
  const one = await onDisk(makePdf([page(50), page(400)]));
  const two = await onDisk(makePdf([page(225)]));
  const left = [0, 0.4, 0.3, 0.6];
  const right = [0.6, 0.4, 1, 0.6];
  expect(ink(await draw(reader, one, 1, 300), left)).toBeGreaterThan(0.02);
  expect(ink(await draw(reader, one, 2, 300), right)).toBeGreaterThan(0.02);
  expect(ink(await draw(reader, two, 1, 300), left)).toBe(0);
  expect(ink(await draw(reader, one, 1, 300), right)).toBe(0);
});

test("draws while every reading child is busy", async () => {
  const path = await onDisk(makePdf([{ content: line("Here", 72, 700) }, { content: line("There", 72, 700) }]));
  const reader = testReader({ processes: 1 });
  const pages = reader.read(path, { signal: new AbortController().signal })[Symbol.asyncIterator]();
  await pages.next();
  expect((await draw(reader, path, 2, 200)).width).toBe(200);
  await pages.return?.();
});

test("a page too tall for its pixels is drawn smaller", async () => {
  const path = await onDisk(makePdf([{ content: line("Tall", 10, 10), entries: "/MediaBox [0 0 100 14000]" }]));
  const picture = await draw(testReader({ limits: { pixels: 1_000_000 } }), path, 1, 2000);
  expect(picture.width * picture.height).toBeLessThanOrEqual(1_050_000);
  expect(picture.height / picture.width).toBeCloseTo(140, -1);
});

test("a page that never ends, or that is not there, is the file's fault", async () => {
  const signal = new AbortController().signal;
  const reader = testReader({ limits: { drawMs: 1000 } });
  const endless = await onDisk(makePdf([{ content: "q 1 0 0 1 0 0 cm 0 0 595 842 re f Q\n".repeat(3_000_000) }]));
  await expect(reader.draw(endless, 1, { width: 400, signal })).rejects.toMatchObject({ fault: "pdf-too-complex" });
  const good = await onDisk(makePdf([{ content: line("Good", 72, 700) }]));
  await expect(reader.draw(good, 7, { width: 400, signal })).rejects.toMatchObject({ fault: "pdf-damaged" });
  expect((await draw(reader, good, 1, 400)).width).toBe(400);
});

test("drawing stops when it is aborted", async () => {
  const reader = testReader();
  const path = await onDisk(makePdf([{ content: "q 0 0 595 842 re f Q\n".repeat(2_000_000) }]));
  const leave = new AbortController();
  const drawing = reader.draw(path, 1, { width: 400, signal: leave.signal });
  setTimeout(() => leave.abort(), 100);
  await expect(drawing).rejects.toMatchObject({ name: "AbortError" });
});
