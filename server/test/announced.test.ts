// Sentences that announce a list or a table are quoted and told with what stands below them.
import { expect, test } from "vitest";
import { chooseSentences } from "../answer-choice.ts";
import { answerText } from "../answer-text.ts";
import { sentencesOf } from "../passage-sentences.ts";
import { queryOf } from "../query.ts";
import { quoteOf, quoteText } from "../quote.ts";
import { createRanker, type RankedPage } from "../ranking.ts";

function page(number: number, ...lines: string[]): RankedPage {
  const text = lines.map((line) => `${line}\n`).join("");
  let start = 0;
  const placed = lines.map((line, index) => {
    const at = start;
    start += line.length + 1;
    const top = 0.05 + 0.02 * index;
    return { start: at, end: at + line.length, box: [0.1, top, 0.9, top + 0.012], height: 0.012 };
  });
  const written = placed.filter(({ start, end }) => end > start);
  const ranges = [{ start: 0, end: text.length }];
  return { documentId: "d", page: number, text, lines: written as RankedPage["lines"], ranges, language: "en" };
}

const document = { id: "d", title: "guild", filename: "guild.pdf", language: "en", pages: 9 };

function asked(question: string, ...pages: RankedPage[]): { answer: string; quote: string } {
  const query = queryOf(question);
  const terms = query.words.map(({ surface, weight }) => ({ surface, value: weight }));
  const scored = createRanker(query, terms, [document]).pages(pages, []);
  const quotes = scored.map((each) => ({ page: each.page, quote: quoteOf(each.segments, each.page) }));
  const passages = quotes.map(({ page: { page: number, text }, quote }) => {
    const sentences = quote ? sentencesOf(quote, text, 1) : [];
    return { documentTitle: "guild", page: number, text, heading: null, score: 1, sentences };
  });
  const answer = answerText(chooseSentences(passages, question), false).replaceAll(/ \[\d\]/g, "");
  const first = quotes[0];
  return { answer, quote: first?.quote ? quoteText(first.quote, first.page.text) : "" };
}

const courses = page(
  3,
  "Apprentices attend the following compulsory courses of the guild in their first winter:",
  "• B100 Bells and their founders",
  "• B200 Clay, sand and wax",
  "• B300 The tower and its frame",
  "1. Whoever has attended them may assist at a casting.",
  "Nobody is admitted to the furnace before.",
);

test("a list goes on from the sentence that announces it, up to the list in which it stands", () => {
  const { answer, quote } = asked("Which courses are compulsory?", courses);
  const items = ["B100 Bells and their founders", "B200 Clay, sand and wax", "B300 The tower and its frame"];
  expect(answer).toContain(`in their first winter:\n\n${items.map((item) => `- ${item}`).join("\n")}`);
  for (const item of items) expect(quote).toContain(item);
  expect(quote).not.toContain("furnace");
});

test("of a long list so much is told as can be read", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `• Tool number ${index + 1} of the chest`);
  const { answer } = asked(
    "Which tools are in the chest?",
    page(1, "The tools in the chest are as follows:", ...lines),
  );
  expect(answer.match(/^- /gm)).toHaveLength(8);
});

test("rows follow what announces them, also where one of them is likelier", () => {
  const { answer } = asked(
    "What does the green lamp of the kiln mean?",
    page(
      2,
      "This table shows what the lamp of the kiln can mean:",
      "Green lamp\t\tRed lamp\t\tMeaning",
      "ON\t\tOFF\t\tThe kiln is warm",
      "OFF\t\tON\t\tThe kiln heats up",
    ),
  );
  expect(answer).toMatch(/^This table shows what the lamp of the kiln can mean:/);
  expect(answer).toMatch(/The kiln is warm\n.*The kiln heats up/);
});

test("an enumeration follows the sentence that says how many there are", () => {
  const { answer } = asked(
    "Which three bells were cast?",
    page(
      4,
      "We report on three bells that were cast in the old yard. (1) Morning: the Lauda of 1410 is the",
      "largest of them. (2) Noon: the Sexta was recast twice. (3) Evening: the Nona has been silent.",
      "The yard lies behind the tannery.",
    ),
  );
  expect(answer).toContain("the Lauda of 1410");
  expect(answer).toContain("the Nona has been silent.");
  expect(answer).not.toContain("tannery");
});

test("an announcement of what does not follow loses to what tells", () => {
  const { answer } = asked(
    "What does the guild pay its founders?",
    page(5, "What the guild pays its founders is as follows:"),
    page(6, "The guild pays its founders forty crowns for a bell."),
  );
  expect(answer).toBe("The guild pays its founders forty crowns for a bell.");
});

test("figures of each are told where they are asked for by each", () => {
  const { answer } = asked(
    "Show me the sales by metal.",
    page(1, "Sales\t\t900\t\t800"),
    page(
      2,
      "The following table sets forth the share of sales by metal:",
      "Bronze\t\t60%\t\t55%",
      "Iron\t\t30%\t\t35%",
      "Tin\t\t10%\t\t10%",
    ),
  );
  expect(answer).toMatch(/^The following table sets forth.*Bronze.*Iron.*Tin/s);
  expect(answer.match(/The following table/g)).toHaveLength(1);
});

test("what a picture is called loses to what says what the thing is", () => {
  const { answer } = asked(
    "What is Tidefit?",
    page(1, "We propose Tidefit, a method that learns the hour of a tide from a gauge."),
    page(7, "Figure 5: Recall of the one-step and the stepwise search in Tidefit."),
  );
  expect(answer).toMatch(/^We propose Tidefit/);
});

test("a line in which a condition begins is no heading", () => {
  const { answer } = asked(
    "Wann heißt ein Gehege geschlossen?",
    page(1, "Definition 4", "Ein Gehege heißt geschlossen, wenn jede Seite von Z", "Z = S ∪ T", "Beispiel 5"),
    page(2, "Das Gehege der Gans ist geschlossen."),
  );
  expect(answer).toMatch(/^Ein Gehege heißt geschlossen, wenn/);
});

test("what a colon announces without a list is what follows it, and pieces of a table's head are passed over", () => {
  const findings = page(
    1,
    "The bells of the guild are old, and none of them has been counted by anybody for years.",
    "Among the findings of the guild on its old bells:",
    "",
    "Six in ten old bells are cracked, and half of those are still rung.",
  );
  expect(asked("What are the findings on old bells?", findings).answer).toContain("\n\n- Six in ten old bells");
  const { answer } = asked(
    "What are the payments for the lease of the yard?",
    page(
      2,
      "The payments for the lease of the yard are as follows:",
      "Winter ending in March,",
      "1410\t\t42,545",
      "1411\t\t54,811",
    ),
  );
  expect(answer).toMatch(/are as follows:.*42,545.*54,811/s);
});
