// Makes dist/pdf-worker.js: pdf.js's worker, word for word but for what costs most when a page's text is read.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** Each stands exactly once in the pinned version; the text that is read stays the same to the letter, which tests hold. */
const changes = [
  {
    // A state that inherits from the one before it: after a few, every property is looked up through a chain of objects.
    from: `
  clone() {
    const clone = Object.create(this);
    clone.textMatrix = this.textMatrix.slice();`,
    to: `
  clone() {
    const clone = Object.assign(new TextState(), this);
    clone.textMatrix = this.textMatrix.slice();`,
  },
  {
    // Two products of matrices for each glyph, in arrays of kinds that the engine cannot tell beforehand: written out.
    from: `
      return Util.transform(textState.ctm, Util.transform(textState.textMatrix, tsm));
    }
    function ensureTextContentItem() {`,
    to: `
      const c = textState.ctm, t = textState.textMatrix, x = tsm[0], y = tsm[3], rise = tsm[5];
      const a0 = t[0] * x, a1 = t[1] * x, a2 = t[2] * y, a3 = t[3] * y;
      const a4 = t[2] * rise + t[4], a5 = t[3] * rise + t[5];
      const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
      return [
        c0 * a0 + c2 * a1, c1 * a0 + c3 * a1, c0 * a2 + c2 * a3, c1 * a2 + c3 * a3,
        c0 * a4 + c2 * a5 + c[4], c1 * a4 + c3 * a5 + c[5],
      ];
    }
    function ensureTextContentItem() {`,
  },
];

/** @param file where it is written. Throws where pdf.js is not the version that the changes were made for. */
export async function buildPdfWorker(file) {
  const path = createRequire(import.meta.url).resolve("pdfjs-dist/legacy/build/pdf.worker.mjs");
  let source = await readFile(path, "utf8");
  for (const { from, to } of changes) {
    const [before, after, ...more] = source.split(from);
    if (after === undefined || more.length > 0) {
      throw new Error(`pdf.js's worker has changed; look again at scripts/pdf-worker.mjs:${from}`);
    }
    source = before + to + after;
  }
  await writeFile(file, source);
}
