// What a reader of Markdown makes of an exported conversation whose words mean harm.
import { marked } from "marked";
import { expect, test } from "vitest";
import { conversationMarkdown } from "../conversation-export.ts";
import { plainLine, plainQuote, tameMarkdown } from "../markdown-text.ts";
import type { MessageModel } from "../models/conversation.ts";

const hostile = [
  "[press](https://evil.example)",
  "![x](https://evil.example/x.png)",
  "<script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  "<https://evil.example>",
  "<someone@evil.example>",
  "https://evil.example/?a=1",
  "HTTP://EVIL.EXAMPLE",
  "ftp://evil.example/file",
  "www.evil.example",
  "someone@evil.example",
  "mailto:someone@evil.example",
  "[press][1-1]\n\n[1-1]: https://evil.example",
  "[^1-1]: https://evil.example",
  "[a]: javascript:alert(1)\n\n[a]",
  "a\\](https://evil.example)[b",
  "`code` <b>bold</b> `",
  "```\n<script>alert(1)</script>\n",
  "~~~ html\n[press](https://evil.example)",
  "> - ```\n> - [press](https://evil.example)",
  "<!-- hidden",
  "<?php",
  "</blockquote><a href=x>press</a>",
  "&lt;a href=x&gt;",
  "# Heading\n===\n---\n1. one\n- two\n    four blanks",
  "*[press*](https://evil.example)",
  "[![x](https://evil.example/x.png)](https://evil.example)",
];
const leads = /<(?:a|img|script|b|input|iframe)\b/i;
const html = (markdown: string) => marked.parse(markdown, { async: false, gfm: true });

const message = (fields: Partial<MessageModel>): MessageModel =>
  ({
    ...{ role: "assistant", status: "complete", text: "", citations: [], cited: [], unsupported: [], error: null },
    ...{ finish_reason: fields.role === "user" ? null : "stop" },
    ...fields,
  }) as MessageModel;

async function exported(title: string, messages: Partial<MessageModel>[]): Promise<string> {
  async function* each() {
    yield* messages.map(message);
  }
  let file = "";
  for await (const part of conversationMarkdown({ title }, each(), new Date("2026-11-25T10:00:00Z"))) file += part;
  return file;
}

const citation = (index: number, filename: string, quote: string) => ({
  ...{ index, document_id: "d", filename, title: filename, page: 3, quote, rects: [] },
});

test.each(hostile)("%j becomes no link, picture or HTML, wherever it stands", async (text) => {
  const file = await exported(text, [
    { role: "user", text },
    {
      text: `${text} [1]`,
      citations: [citation(1, text, text)],
      cited: [1],
      status: "failed",
      error: { code: "x", title: "x", detail: text },
    },
    { text: "The end." },
  ]);
  expect(html(file)).not.toMatch(leads);
  // Nothing swallows what follows.
  expect(html(file)).toContain("<h3>Answer</h3>\n<p>The end.</p>");
});

test("most of these would lead somewhere as they are", () => {
  expect(hostile.filter((text) => leads.test(html(text))).length).toBeGreaterThan(15);
});

test("plain text reads as it stands, line by line", () => {
  const said = "2 * 3 * 4 = 24, a_b_c, $5 and $6, [1] #1 ~~x~~ | C:\\dir & 3.5 e.g. this";
  expect(html(plainLine(said))).toBe(`<p>${said.replace("&", "&amp;")}</p>\n`);
  expect(html(plainQuote("- one\n2. two\n\n   # three")).replace(/\s*\n/g, "")).toBe(
    "<blockquote><p>- one<br>2. two</p><p>\u00a0\u00a0\u00a0# three</p></blockquote>",
  );
});

test("an answer keeps its emphasis, lists, tables and code", () => {
  const text = "**Bold** and `code`\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n```";
  expect(tameMarkdown(text)).toBe(text);
});

test("a conversation is its questions, each with its answers, the places as footnotes, and how each ended", async () => {
  const file = await exported("Pumps?", [
    { role: "user", text: "What colour\nis the pump?" },
    {
      text: "It is red. [2]",
      citations: [citation(1, "a.pdf", "no"), citation(2, "pump.pdf", "red\npump")],
      cited: [2],
    },
    {
      text: "It is blue. [1] And [7].",
      citations: [citation(1, "pump.pdf", "blue")],
      cited: [1],
      unsupported: [[0, 3]],
    },
    { role: "user", text: "And the lid?" },
    {
      text: "Nothing says so.",
      finish_reason: "refused",
      citations: [1, 2, 3].map((n) => citation(n, `${n}.pdf`, "a lid")),
    },
    { role: "user", text: "Why?" },
    { text: "It is red. [1]", citations: [citation(1, "pump.pdf", "red")], cited: [1] },
    { text: "Because", status: "stopped", finish_reason: "stopped" },
    {
      text: "",
      status: "failed",
      finish_reason: null,
      error: { code: "unavailable", title: "x", detail: "It stopped." },
    },
    { text: "So", status: "streaming", finish_reason: null },
  ]);
  expect(file).toBe(`# Pumps?

Exported from Pagewise on 2026-11-25.

## Question 1

> What colour\\
> is the pump?

### Earlier answer

It is red. [^1-2]

[^1-2]: pump\\.pdf, page 3: “red pump”

### Answer

It is blue. [^1b-1] And [7].

*No page was found for one part of it. Check what matters.*

[^1b-1]: pump\\.pdf, page 3: “blue”

## Question 2

> And the lid?

### Answer

Nothing says so.

The closest that was found:

- 1\\.pdf, page 3: “a lid”
- 2\\.pdf, page 3: “a lid”

## Question 3

> Why?

### Earlier answer

It is red. [^3-1]

[^3-1]: pump\\.pdf, page 3: “red”

### Earlier answer

Because

*It was stopped here.*

### Earlier answer

*It broke off. It stopped.*

### Answer

So

*It was still being written when this was exported.*
`);
});
