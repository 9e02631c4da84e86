// Small PDFs made on the spot, for tests: good ones, and one of each kind that cannot be read.

export interface PdfOptions {
  /** In the file's metadata. */
  title?: string;
  /** Locked by a password that nobody knows. */
  encrypted?: boolean;
  /** Lines on the first page that are drawn in white: text that nobody sees. */
  white?: string[];
}

/**
 * @param pages the text of each page, lines parted by \n; "" is a page without text. Latin-1, and 31 characters beyond:
 * those are text without a shape of their own.
 */
export function makePdf(pages: string[], { title, encrypted, white = [] }: PdfOptions = {}): Buffer {
  const objects: string[] = [];
  const add = (body: string) => objects.push(body);
  add("<< /Type /Catalog /Pages 2 0 R >>");
  const first = 5;
  const kids = pages.map((_, index) => `${first + index * 2} 0 R`).join(" ");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  const beyond = [...new Set([...[...pages, ...white].join("")].filter((one) => one > "\u00ff"))];
  const last = first + pages.length * 2;
  const unicode = beyond.length ? ` /ToUnicode ${last} 0 R` : "";
  add(`<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding${unicode} >>`);
  add(title ? `<< /Title (${escaped(title)}) >>` : "<< >>");
  for (const [index, text] of pages.entries()) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${first + index * 2 + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    const shown = (line: string) => `(${escaped(encoded(line, beyond))}) Tj T*`;
    const lines = text ? text.split("\n").map(shown) : [];
    if (index === 0 && white.length) lines.push("1 1 1 rg", ...white.map(shown));
    const content = lines.length ? `BT /F1 11 Tf 14 TL 72 770 Td ${lines.join("\n")} ET` : "";
    add(stream(content));
  }
  if (beyond.length) add(stream(toUnicode(beyond)));
  const id = "/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";
  if (encrypted) {
    const unknown = "5a".repeat(32);
    add(`<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <${unknown}> /U <${unknown}> >>`);
  }
  return assemble(objects, `/Info 4 0 R ${id}${encrypted ? ` /Encrypt ${objects.length} 0 R` : ""}`);
}

/** Says that it is a PDF and is none. */
export const damagedPdf = Buffer.from(`%PDF-1.4\n${"nothing that a reader could use ".repeat(20)}`);

/** A page of sentences that chunk and search well. */
export function prose(topic: string, sentences = 12): string {
  return Array.from({ length: sentences }, (_, index) => `The ${topic} has part ${index + 1} and it is of use.`).join(
    "\n",
  );
}

/** Characters beyond Latin-1 take the places that it leaves to control characters. */
function encoded(line: string, beyond: string[]): string {
  return [...line].map((one) => (one > "\u00ff" ? String.fromCharCode(0x80 + beyond.indexOf(one)) : one)).join("");
}

function toUnicode(beyond: string[]): string {
  const hex = (one: string) => Buffer.from(one, "utf16le").swap16().toString("hex");
  const codes = Array.from({ length: 0x100 }, (_, code) => code).filter((code) => code >= 0x20 && code < 0x100);
  const lines = codes.flatMap((code) => {
    const one = code >= 0x80 && code < 0xa0 ? beyond[code - 0x80] : String.fromCharCode(code);
    return one ? [`<${code.toString(16).padStart(2, "0")}> <${hex(one)}>`] : [];
  });
  const ranges = "1 begincodespacerange\n<00> <ff>\nendcodespacerange";
  const maps = [];
  for (let at = 0; at < lines.length; at += 100) {
    const some = lines.slice(at, at + 100);
    maps.push(`${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n${ranges}\n${maps.join("\n")}\nendcmap end end`;
}

function stream(content: string): string {
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

function escaped(text: string): string {
  return text.replace(/[\\()]/g, "\\$&");
}

function assemble(objects: string[], trailer: string): Buffer {
  let text = "%PDF-1.4\n";
  const offsets = objects.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
