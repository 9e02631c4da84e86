// Files that are broken as files are: cut short, overwritten, locked, or no PDFs at all.
import { line, makeEncryptedPdf, makePdf, type PdfObject } from "./pdf-files.ts";

export type Row = [name: string, ends: readonly string[], make: () => Buffer];

const damaged = ["pdf-damaged"];

/** Not whole, not PDFs, or locked. */
export function brokenFiles(): Row[] {
  const cut = (share: number) => () => goodPages().subarray(0, Math.floor(goodPages().length * share));
  return [
    ["the first half of a file", ["pdf-damaged", "ready"], cut(0.5)],
    ["all of a file but its end", ["pdf-damaged", "ready"], cut(0.95)],
    ["random bytes after the header", damaged, () => Buffer.from(`%PDF-1.7\n${noise(50_000)}`, "latin1")],
    ["a web page", damaged, () => Buffer.from(`<!doctype html><title>No PDF</title>${"<p>No PDF</p>".repeat(500)}`)],
    ["an archive", damaged, () => Buffer.from(`PK\u0003\u0004${noise(50_000)}`, "latin1")],
    ["nothing at all", damaged, () => Buffer.alloc(0)],
    ["a header alone", damaged, () => Buffer.from("%PDF-1.7\n")],
    [
      "twenty megabytes of zeros",
      ["pdf-damaged", "pdf-too-complex"],
      () => Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(20_000_000)]),
    ],
    ["two thousand bytes flipped", ["ready", "pdf-damaged", "pdf-no-text"], flippedBytes],
    ["a password, by AES with 128 bits", ["pdf-encrypted"], () => locked(aes128)],
    ["a password, by AES with 256 bits", ["pdf-encrypted"], () => locked(aes256)],
    [
      "a password of the owner's alone",
      ["ready"],
      () => makeEncryptedPdf({ content: line("For everybody", 72, 700) }, ""),
    ],
  ];
}

const aes128 = `/V 4 /R 4 /Length 128 /P -4 /O <${"5a".repeat(32)}> /U <${"5a".repeat(32)}>
  /CF << /StdCF << /CFM /AESV2 /AuthEvent /DocOpen /Length 16 >> >> /StmF /StdCF /StrF /StdCF`;
const aes256 = `/V 5 /R 6 /Length 256 /P -4 /O <${"5a".repeat(48)}> /U <${"5a".repeat(48)}> /OE <${"5a".repeat(32)}>
  /UE <${"5a".repeat(32)}> /Perms <${"5a".repeat(16)}> /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >>
  /StmF /StdCF /StrF /StdCF`;

/** Nobody knows the password. */
function locked(encryption: string): Buffer {
  const id = `<${"00".repeat(16)}>`;
  const entry = `/Encrypt << /Filter /Standard ${encryption} >> /ID [${id} ${id}]`;
  const plain = makePdf([{ content: line("Secret", 72, 700) }]).toString("latin1");
  return Buffer.from(plain.replace("/Root 1 0 R", `/Root 1 0 R ${entry}`), "latin1");
}

function goodPages(): Buffer {
  const words = (page: number, row: number) => line(`Page ${page} has a line ${row} of plain text`, 72, 830 - row, 1);
  const pages = Array.from({ length: 13 }, (_, page) => Array.from({ length: 800 }, (_, row) => words(page, row)));
  return makePdf(pages.map((lines) => ({ content: plain(lines.join("")) })));
}

function plain(content: string): PdfObject {
  return { value: `<< /Length ${content.length} >>`, stream: Buffer.from(content) };
}

function flippedBytes(): Buffer {
  const bytes = Buffer.from(goodPages());
  const places = random();
  for (let n = 0; n < 2000; n++) {
    const place = Math.floor(places() * bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(places() * 8));
  }
  return bytes;
}

function noise(length: number): string {
  const next = random();
  let text = "";
  for (let n = 0; n < length; n++) text += String.fromCharCode(Math.floor(next() * 256));
  return text;
}

/** The same for each run (a linear congruential generator). */
function random(): () => number {
  let state = 42;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
