// Files made to do harm, and broken ones: what they are called, how each may end, and their bytes.
import { brokenFiles, type Row } from "./broken-files.ts";
import { assemble, deflated, line, makePdf, type PdfObject, repeated } from "./pdf-files.ts";

export interface HostileFile {
  name: string;
  /** How its document may end: `ready`, or the code of its failure. Where time decides, either is right. */
  ends: readonly string[];
  /** Made anew each time it is asked for. Some do not begin as a PDF does: an upload refuses those. */
  readonly bytes: Buffer;
}

const tooComplex = ["pdf-too-complex"];
const damaged = ["pdf-damaged"];
const noText = ["pdf-no-text"];
const ready = ["ready"];
/** Read in time on a quick machine. */
const late = ["ready", "pdf-no-text", "pdf-too-complex"];

/** One of each kind that is known to stop, fill or break a reader of PDFs. */
export function hostileFiles(): HostileFile[] {
  return [...brokenFiles(), ...trees(), ...bombs(), ...endless(), ...structures()].map(([name, ends, make]) => ({
    name,
    ends,
    get bytes() {
      return make();
    },
  }));
}

function trees(): Row[] {
  const blank = deflated("");
  return [
    ["no pages", ["pdf-empty"], () => pagesOf("", 0)],
    ["fewer than no pages", ["pdf-empty", "pdf-no-text", "pdf-damaged"], () => pagesOf("3 0 R", -5, blank)],
    ["one page that says it is a billion", ["pdf-no-text", "pdf-too-many-pages"], () => pagesOf("3 0 R", 1e9, blank)],
    ["a page tree that is a circle", damaged, () => pagesOf("2 0 R", 1)],
    ["a page tree a hundred thousand deep", noText, deepTree],
    ["four thousand pages in one list", late, () => manyPages(4_000)],
    ["ten thousand pages", ["pdf-too-many-pages"], () => manyPages(10_000)],
    ["a hundred thousand pages", ["pdf-too-many-pages"], () => manyPages(100_000)],
    [
      "one page a hundred thousand times",
      ["pdf-too-many-pages"],
      () => pagesOf("3 0 R ".repeat(100_000), 100_000, blank),
    ],
  ];
}

function bombs(): Row[] {
  const blanks = Buffer.alloc(1 << 20, " ");
  const text = Buffer.from("BT /F1 1 Tf (aaaaaaaa) Tj ET\n".repeat(1 << 15));
  return [
    ["a gigabyte of blanks", late, () => makePdf([{ content: repeated(blanks, 1024) }])],
    ["eight gigabytes of blanks, compressed twice", late, () => makePdf([{ content: repeated(blanks, 8192, 2) }])],
    ["fifty megabytes of text", tooComplex, () => makePdf([{ content: repeated(text, 53) }])],
    ["a gigabyte of text", tooComplex, () => makePdf([{ content: repeated(text, 1060) }])],
    ["a font of a gigabyte", late, fontBomb],
    ["one string of eighty megabytes", tooComplex, () => makePdf([{ content: longString(80) }])],
    ["a character map of sixteen million", late, () => characterMap("ffffff")],
    ["a character map of four billion", late, () => characterMap("ffffffff")],
  ];
}

function endless(): Row[] {
  return [
    [
      "five million numbers between two letters",
      late,
      () => makePdf([{ content: `BT /F1 1 Tf [(a) ${"1 ".repeat(5_000_000)}(b)] TJ ET` }]),
    ],
    ["forms in forms, ten to the sixth", late, () => nestedForms(6, 10)],
    ["forms in forms, ten to the tenth", tooComplex, () => nestedForms(10, 10)],
    ["a form that draws itself", ["pdf-no-text", "pdf-damaged"], circularForm],
    ["one content a hundred thousand times", tooComplex, repeatedContents],
    ["five million saved states", tooComplex, savedStates],
  ];
}

function structures(): Row[] {
  const content = line("Still a page", 72, 700);
  const besides = (value: string) => () =>
    onePage("/Font << /F1 5 0 R >> /Properties << /P 6 0 R >>", deflated(content), helvetica, value);
  return [
    ["a row of two billion columns", ["ready", ...noText, ...damaged, ...tooComplex], hugePredictor],
    [
      "a table of two billion objects",
      [...ready, ...damaged],
      () =>
        Buffer.from(
          makePdf([{ content }])
            .toString("latin1")
            .replace(/\/Size \d+/, "/Size 2000000000"),
          "latin1",
        ),
    ],
    ["a million arrays in arrays", [...ready, ...damaged, ...tooComplex], besides("[".repeat(1e6) + "]".repeat(1e6))],
    [
      "dictionaries in dictionaries, two hundred thousand",
      [...ready, ...damaged, ...tooComplex],
      besides(`${"<</A ".repeat(200_000)}1${">>".repeat(200_000)}`),
    ],
  ];
}

const page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]";
const helvetica = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

/** A catalog, a list of pages, and object 3 as a page whose contents are object 4. */
function pagesOf(kids: string, count: number, ...more: (string | PdfObject)[]): Buffer {
  return assemble({
    objects: [
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Count ${count} /Kids [${kids}] >>`,
      `<< ${page} /Contents 4 0 R /Resources << >> >>`,
      ...more,
    ],
  });
}

function manyPages(count: number): Buffer {
  const kids = Array.from({ length: count }, (_, index) => `${index + 3} 0 R`);
  return assemble({
    objects: [
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Count ${count} /Kids [${kids.join(" ")}] >>`,
      ...kids.map(() => `<< ${page} /Resources << >> >>`),
    ],
  });
}

function deepTree(): Buffer {
  const depth = 100_000;
  const nodes = Array.from(
    { length: depth },
    (_, index) => `<< /Type /Pages /Count 1 /Kids [${index + 3} 0 R] ${index ? `/Parent ${index + 1} 0 R` : ""} >>`,
  );
  const leaf = `<< /Type /Page /Parent ${depth + 1} 0 R /MediaBox [0 0 595 842] /Resources << >> >>`;
  return assemble({ objects: ["<< /Type /Catalog /Pages 2 0 R >>", ...nodes, leaf] });
}

/** One page whose contents are object 4, with fonts, forms and the like from object 5 on. */
function onePage(resources: string, contents: string | PdfObject, ...more: (string | PdfObject)[]): Buffer {
  return assemble({
    objects: [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
      `<< ${page} /Contents 4 0 R /Resources << ${resources} >> >>`,
      contents,
      ...more,
    ],
  });
}

function withEntries({ value, stream }: PdfObject, entries: string): PdfObject {
  const full = value.replace("<<", `<< ${entries}`);
  return stream ? { value: full, stream } : { value: full };
}

/** Each form draws the next `width` times: width to the power of depth. */
function nestedForms(depth: number, width: number): Buffer {
  const forms = Array.from({ length: depth }, (_, index) => {
    const last = index === depth - 1;
    const inner = last ? "" : `/Resources << /XObject << /X ${6 + index} 0 R >> >>`;
    const content = deflated(last ? "BT /F1 1 Tf (a) Tj ET" : "/X Do ".repeat(width));
    return withEntries(content, `/Type /XObject /Subtype /Form /BBox [0 0 9 9] ${inner}`);
  });
  return onePage("/XObject << /X 5 0 R >>", deflated("/X Do"), ...forms);
}

function circularForm(): Buffer {
  const entries = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>";
  return onePage("/XObject << /X 5 0 R >>", deflated("/X Do"), withEntries(deflated("/X Do"), entries));
}

function repeatedContents(): Buffer {
  const contents = `[${"5 0 R ".repeat(100_000)}]`;
  return onePage("/Font << /F1 6 0 R >>", contents, deflated(line("again ".repeat(20), 9, 9).repeat(20)), helvetica);
}

/** Keeps pdf.js busy for minutes without a pause. */
export function savedStates(): Buffer {
  return makePdf([{ content: "q ".repeat(5_000_000) }]);
}

function longString(megabytes: number): PdfObject {
  return deflated(`BT /F1 1 Tf (${"a".repeat(megabytes * 1_000_000)}) Tj ET`);
}

function fontBomb(): Buffer {
  const widths = Array(95).fill(500).join(" ");
  return onePage(
    "/Font << /F1 5 0 R >>",
    deflated(line("In a font of its own", 72, 700)),
    `<< /Type /Font /Subtype /TrueType /BaseFont /Bomb /FirstChar 32 /LastChar 126 /Widths [${widths}] /FontDescriptor 6 0 R >>`,
    "<< /Type /FontDescriptor /FontName /Bomb /Flags 32 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 7 0 R >>",
    repeated(Buffer.alloc(1 << 20), 1024),
  );
}

function characterMap(last: string): Buffer {
  const first = "0".repeat(last.length);
  const map = `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <${first}> <${last}> endcodespacerange
1 beginbfrange <${first}> <${last}> <0041> endbfrange endcmap end`;
  return onePage(
    "/Font << /F1 5 0 R >>",
    deflated(line("Mapped", 72, 700)),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
    deflated(map),
  );
}

function hugePredictor(): Buffer {
  const parameters = "/DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 4 /BitsPerComponent 16 >>";
  return makePdf([{ content: withEntries(deflated(line("A row", 72, 700)), parameters) }]);
}
