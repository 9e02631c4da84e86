// Reading PDFs: their text with its places, the faults of files, and children that come and go.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PdfFaultError } from "../../ports.ts";
import { assemble, deflated, line, makeEncryptedPdf, makePdf } from "./pdf-files.ts";
import { childPids, onDisk, readAll, readGood, testReader } from "./pdf-reader.ts";

const twoLines = line("The first line", 72, 770) + line("and the second", 72, 750);

test("reads text with the place of each line", async () => {
  const path = await onDisk(makePdf([{ content: twoLines }], "/Title (A study of lines)"));
  const { info, pages } = await readAll(testReader(), path);
  expect(info).toEqual({ pages: 1, title: "A study of lines" });
  expect(pages).toHaveLength(1);
  const [page] = await readGood(testReader(), path);
  if (!page) throw new Error("no page");
  expect(page.text).toBe("The first line\nand the second");
  expect([page.number, page.width, page.height]).toEqual([1, 595, 842]);
  expect(page.lines.map(({ start, end }) => page.text.slice(start, end))).toEqual(["The first line", "and the second"]);
  const [x0, y0, x1, y1] = page.lines[0]?.box ?? [0, 0, 0, 0];
  expect(x0).toBeCloseTo(72 / 595, 2);
  // The baseline, 72 points from the top, is inside; a line is about as high as its font.
  expect(y0).toBeLessThan(72 / 842);
  expect(y1).toBeGreaterThan(72 / 842);
  expect((y1 - y0) * 842).toBeCloseTo(12, -1);
  expect((x1 - x0) * 595).toBeGreaterThan(60);
  expect((x1 - x0) * 595).toBeLessThan(70);
  expect(page.lines[0]?.height).toBeCloseTo(12 / 842, 4);
});

test("a sheet of a size that no database holds is given one that it does", async () => {
  const file = makePdf([{ content: twoLines, entries: "/CropBox [0 0 1e-300 1e300]" }])
    .toString("latin1")
    .replace("/MediaBox [0 0 595 842]", "/MediaBox [0 0 1e-300 1e300]");
  const { pages } = await readAll(testReader(), await onDisk(Buffer.from(file, "latin1")));
  expect(pages).toHaveLength(1);
  for (const page of pages) {
    if ("unreadable" in page) continue;
    for (const size of [page.width, page.height]) expect(size > 0 && size <= 1e6).toBe(true);
    for (const { box } of page.lines) for (const place of box) expect(place >= 0 && place <= 1).toBe(true);
  }
});

test.each([
  // A line at the bottom left of the sheet, 100 points from either edge, is seen elsewhere when the sheet is turned.
  { rotate: 0, width: 595, height: 842, at: [100 / 595, 742 / 842] },
  { rotate: 90, width: 842, height: 595, at: [100 / 842, 100 / 595] },
  { rotate: 180, width: 595, height: 842, at: [495 / 595, 100 / 842] },
  { rotate: 270, width: 842, height: 595, at: [742 / 842, 495 / 595] },
])("places text on a page turned by $rotate", async ({ rotate, width, height, at: [x = 0, y = 0] }) => {
  const path = await onDisk(makePdf([{ content: line("Turned", 100, 100), entries: `/Rotate ${rotate}` }]));
  const [page] = await readGood(testReader(), path);
  expect([page?.width, page?.height]).toEqual([width, height]);
  const [x0, y0, x1, y1] = page?.lines[0]?.box ?? [0, 0, 0, 0];
  expect(x0 - 0.02).toBeLessThan(x);
  expect(x1 + 0.02).toBeGreaterThan(x);
  expect(y0 - 0.02).toBeLessThan(y);
  expect(y1 + 0.02).toBeGreaterThan(y);
  // The line runs along the side that it runs along as shown.
  if (rotate % 180 === 0) expect((x1 - x0) * width).toBeGreaterThan((y1 - y0) * height);
  else expect((y1 - y0) * height).toBeGreaterThan((x1 - x0) * width);
});

test("places text within the crop box", async () => {
  const path = await onDisk(makePdf([{ content: line("Cropped", 100, 700), entries: "/CropBox [50 400 350 800]" }]));
  const [page] = await readGood(testReader(), path);
  expect([page?.width, page?.height]).toEqual([300, 400]);
  const [x0, , , y1] = page?.lines[0]?.box ?? [0, 0, 0, 0];
  expect(x0).toBeCloseTo(50 / 300, 2);
  expect(y1).toBeCloseTo(100 / 400, 1);
});

test("a password of the owner's alone is no obstacle, a reader's is", async () => {
  const page = { content: line("For everybody", 72, 700) };
  const open = await readGood(testReader(), await onDisk(makeEncryptedPdf(page, "")));
  expect(open.map(({ text }) => text)).toEqual(["For everybody"]);
  const closed = await onDisk(makeEncryptedPdf(page, "secret"));
  await expect(readAll(testReader(), closed)).rejects.toMatchObject({ fault: "pdf-encrypted" });
});

test("goes on after a page that cannot be read", async () => {
  const good = { content: line("Still here", 72, 700) };
  // A parenthesis that nothing opened.
  const { pages } = await readAll(testReader(), await onDisk(makePdf([good, { content: ") Tj" }, good])));
  expect(pages.map((page) => ("unreadable" in page ? `${page.number} bad` : page.text))).toEqual([
    "Still here",
    "2 bad",
    "Still here",
  ]);
});

/** A page with the letters "abcd" in a font that maps them elsewhere, beside one of plain Helvetica. */
function mappedPdf(contents: string[], map: string): Buffer {
  const cmap = `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange ${map} endcmap end`;
  const resources = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>";
  const pages = contents.map((_, index) => {
    return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ${resources} /Contents ${6 + contents.length + index} 0 R >>`;
  });
  return assemble({
    objects: [
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Count ${contents.length} /Kids [${contents.map((_, index) => `${6 + index} 0 R`).join(" ")}] >>`,
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>",
      deflated(cmap),
      ...pages,
      ...contents.map((content) => deflated(content)),
    ],
  });
}

test("a page of characters that mean nothing is unreadable, one with some of them is not", async () => {
  const mapped = (text: string, y: number) => line(text, 72, y).replace("/F1", "/F2");
  const garbled = mapped("abcdabcd", 700) + line("few", 72, 680);
  const symbols = mapped("ab", 700) + line("A slide with two symbols", 72, 680);
  for (const first of ["e000", "0001", "f0b7", "db80dc00"]) {
    const map = `1 beginbfrange <61> <64> <${first}> endbfrange`;
    const { pages } = await readAll(testReader(), await onDisk(mappedPdf([symbols, garbled, symbols], map)));
    expect(pages.map((page) => "unreadable" in page)).toEqual([false, true, false]);
  }
});

test("what PostgreSQL cannot hold does not come out of a file", async () => {
  // NUL, a line separator of ancient times, and a good letter.
  const map = "3 beginbfchar <61> <0000> <62> <000b> <63> <00e4> endbfchar";
  const content = line("abc", 72, 700).replace("/F1", "/F2") + line("Around it there is text", 72, 680);
  const [page] = await readGood(testReader(), await onDisk(mappedPdf([content], map)));
  const text = page?.text ?? "";
  expect(text).toContain("Around it there is text");
  expect(text).toContain("\u00e4");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  for (const { start, end } of page?.lines ?? []) expect(text.slice(start, end).trim()).not.toBe("");
});

test("keeps no more pages in hand than it was asked for, and frees the child of a reader that leaves", async () => {
  const pages = Array.from({ length: 60 }, (_, index) => ({ content: line(`Page ${index + 1}`, 72, 700) }));
  const path = await onDisk(makePdf(pages));
  const reader = testReader();
  const texts: string[] = [];
  for await (const page of reader.read(path, { signal: new AbortController().signal })) {
    if (!("unreadable" in page)) texts.push(page.text);
    if (texts.length === 2) break;
  }
  expect(texts).toEqual(["Page 1", "Page 2"]);
  // There is one child, so this needs the same one.
  expect(await readGood(reader, path)).toHaveLength(60);
});

test("stops at once when it is aborted, waiting or reading", async () => {
  const path = await onDisk(makePdf(Array.from({ length: 40 }, () => ({ content: twoLines }))));
  const reader = testReader();
  const leave = new AbortController();
  const reading = (async () => {
    for await (const page of reader.read(path, { signal: leave.signal })) if (page.number === 3) leave.abort();
  })();
  await expect(reading).rejects.toMatchObject({ name: "AbortError" });

  const holder = reader.read(path, { signal: new AbortController().signal })[Symbol.asyncIterator]();
  await holder.next();
  const waiting = new AbortController();
  const waited = reader.read(path, { signal: waiting.signal })[Symbol.asyncIterator]().next();
  waiting.abort();
  await expect(waited).rejects.toMatchObject({ name: "AbortError" });
  await holder.return?.();
  expect(await readGood(reader, path)).toHaveLength(40);
});

test("a file that is not there is no fault of a file", async () => {
  const reader = testReader();
  const error = await readAll(reader, "/nowhere/at-all.pdf").catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(PdfFaultError);
  expect(error.message).toContain("ENOENT");
});

test.skipIf(process.platform !== "linux")(
  "children see nothing of the environment and end with the reader (Linux: looked up in /proc)",
  async () => {
    const path = await onDisk(makePdf([{ content: twoLines }]));
    const reader = testReader({ processes: 2 });
    await Promise.all([readAll(reader, path), readAll(reader, path)]);
    const children = childPids();
    expect(children.length).toBeGreaterThanOrEqual(1);
    for (const pid of children) {
      const names = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
      expect(names.every((entry) => entry.startsWith("NODE_CHANNEL"))).toBe(true);
    }
    await reader.close();
    expect(childPids()).toEqual([]);
    await expect(readAll(reader, path)).rejects.toThrow("closed");
  },
);
