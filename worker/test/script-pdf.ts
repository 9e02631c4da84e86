// PDFs in scripts other than Latin, made without any font: what their codes mean is said by a character map.
import { assemble, deflated, type PdfObject } from "../../server/adapters/test/pdf-files.ts";

/** The registered orderings whose predefined maps readers have. */
const orderings = { ja: ["Japan1", "UniJIS-UCS2-H"], zh: ["GB1", "UniGB-UCS2-H"], ko: ["Korea1", "UniKS-UCS2-H"] };

/** @param pages lines of each page. */
export function makeWidePdf(language: keyof typeof orderings, pages: string[][]): Buffer {
  const [ordering, map] = orderings[language];
  const font = `<< /Type /Font /Subtype /Type0 /BaseFont /Sans /Encoding /${map} /DescendantFonts [4 0 R] >>`;
  const descendant = `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Sans /DW 1000 /FontDescriptor 5 0 R
    /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> >>`;
  const hex = (line: string) => Buffer.from(line, "utf16le").swap16().toString("hex");
  const set = (line: string, y: number) => `BT /F1 11 Tf 1 0 0 1 60 ${y} Tm <${hex(line)}> Tj ET\n`;
  return document([font, descendant, descriptor(4)], pages, set);
}

/**
 * Writes as typesetters do: from left to right in the order seen, figures in theirs, and each letter by the form that it
 * has between its neighbours where `forms` gives it.
 */
export function makeRightToLeftPdf(pages: string[][], forms: (line: string) => string = (line) => line): Buffer {
  const glyphs = [...new Set(pages.flat().flatMap((line) => [...forms(line)]))];
  const code = (glyph: string) => (glyphs.indexOf(glyph) + 1).toString(16).padStart(4, "0");
  const marks = glyphs.flatMap((glyph, index) => (/\p{M}/u.test(glyph) ? [`${index + 1} [0]`] : []));
  const utf16 = (glyph: string) => Buffer.from(glyph, "utf16le").swap16().toString("hex");
  const meanings = glyphs.map((glyph) => `<${code(glyph)}> <${utf16(glyph)}>`);
  const toUnicode = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
    /CMapName /Made def /CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange
    ${meanings.length} beginbfchar ${meanings.join("\n")} endbfchar endcmap end end`;
  const font =
    "<< /Type /Font /Subtype /Type0 /BaseFont /Sans /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>";
  const descendant = `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sans /DW 500 /W [${marks.join(" ")}] /FontDescriptor 5 0 R
    /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>`;
  const set = (line: string, y: number) =>
    `BT /F1 11 Tf 1 0 0 1 60 ${y} Tm <${seen(forms(line)).map(code).join("")}> Tj ET\n`;
  return document([font, descendant, descriptor(4), deflated(toUnicode)], pages, set);
}

/** The characters from left to right. */
function seen(line: string): string[] {
  return [...line.replace(/\p{Nd}+/gu, (figures) => [...figures].reverse().join(""))].reverse();
}

const descriptor = (flags: number) =>
  `<< /Type /FontDescriptor /FontName /Sans /Flags ${flags} /FontBBox [0 -200 1000 900] /Ascent 880 /Descent -120
    /CapHeight 700 /StemV 80 /ItalicAngle 0 >>`;

/** @param fonts objects from number 3 on, the first being /F1. */
function document(fonts: (string | PdfObject)[], pages: string[][], set: (line: string, y: number) => string): Buffer {
  const objects: (string | PdfObject)[] = ["<< /Type /Catalog /Pages 2 0 R >>", "", ...fonts];
  const kids: string[] = [];
  for (const lines of pages) {
    kids.push(`${objects.length + 1} 0 R`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${objects.length + 2} 0 R
        /Resources << /Font << /F1 3 0 R >> >> >>`,
      deflated(lines.map((line, index) => set(line, 760 - 18 * index)).join("")),
    );
  }
  objects[1] = `<< /Type /Pages /Count ${pages.length} /Kids [${kids.join(" ")}] >>`;
  return assemble({ objects });
}

/** Each letter of Arabic that joins, with the first of its four forms (apart, at the end, at the beginning, between). */
const joined: Record<string, [first: number, forms: 2 | 4]> = {
  ا: [0xfe8d, 2],
  أ: [0xfe83, 2],
  إ: [0xfe87, 2],
  آ: [0xfe81, 2],
  ب: [0xfe8f, 4],
  ة: [0xfe93, 2],
  ت: [0xfe95, 4],
  ث: [0xfe99, 4],
  ج: [0xfe9d, 4],
  ح: [0xfea1, 4],
  خ: [0xfea5, 4],
  د: [0xfea9, 2],
  ذ: [0xfeab, 2],
  ر: [0xfead, 2],
  ز: [0xfeaf, 2],
  س: [0xfeb1, 4],
  ش: [0xfeb5, 4],
  ص: [0xfeb9, 4],
  ض: [0xfebd, 4],
  ط: [0xfec1, 4],
  ظ: [0xfec5, 4],
  ع: [0xfec9, 4],
  غ: [0xfecd, 4],
  ف: [0xfed1, 4],
  ق: [0xfed5, 4],
  ك: [0xfed9, 4],
  ل: [0xfedd, 4],
  م: [0xfee1, 4],
  ن: [0xfee5, 4],
  ه: [0xfee9, 4],
  و: [0xfeed, 2],
  ى: [0xfeef, 2],
  ي: [0xfef1, 4],
};

/** Arabic in the forms that its letters have between their neighbours, as old typesetters wrote it. */
export function joinedForms(line: string): string {
  const letters = [...line];
  return letters
    .map((letter, index) => {
      const known = joined[letter];
      if (!known) return letter;
      const [first, forms] = known;
      const before = joined[letters[index - 1] ?? ""]?.[1] === 4;
      const after = forms === 4 && joined[letters[index + 1] ?? ""] !== undefined;
      return String.fromCharCode(first + (after ? 2 : 0) + (before ? 1 : 0));
    })
    .join("");
}
