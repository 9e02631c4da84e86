// What is indexed and how it is asked for meet in PostgreSQL, whatever form a word is written in.
import { afterAll, beforeAll, expect, test } from "vitest";
import { searchTermOf, searchTextOf } from "../search-text.ts";
import { createWordReader } from "../words.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

/** Whether PostgreSQL finds each of a question's words in a text. */
async function finds(text: string, question: string, config = "simple"): Promise<boolean[]> {
  const { words, pairs } = searchTextOf(text);
  const surfaces = createWordReader(null)(question).map(({ start, end }) => question.slice(start, end).toLowerCase());
  const found: boolean[] = [];
  for (const surface of surfaces) {
    const term = searchTermOf(surface);
    const { rows } = await database.db.raw(
      `select (to_tsvector(?::regconfig, ?) || array_to_tsvector(?::text[])) @@
         ${"pair" in term ? "?::tsquery" : "plainto_tsquery(?::regconfig, ?)"} found`,
      [config, words, pairs, ...("pair" in term ? [term.pair] : [config, term.words])],
    );
    found.push(rows[0].found);
  }
  return found;
}

const all = (found: boolean[]) => found.length > 0 && found.every(Boolean);

test.each([
  ["a word broken at a line's end", "the exam-\nple shows", "example", "english"],
  ["a compound broken at its own hyphen", "a well-\nknown fact", "well-known", "english"],
  ["a compound that stands whole", "a well-known fact", "well-known", "english"],
  ["one of its parts", "a well-known fact", "known", "english"],
  ["a soft hyphen at a line's end", "Verpackungs\u00ad\nma\u00adterial", "Verpackungsmaterial", "german"],
  ["another typographic hyphen", "the exam\u2010\nple", "example", "english"],
  ["the stem of a joined word", "many ware-\nhouses", "warehouse", "english"],
  ["a letter with its accent apart", "re\u0301sume\u0301", "r\u00e9sum\u00e9", "simple"],
  ["a word with a raised figure", "the warranty\u00b9 ends", "warranty", "english"],
  ["a formula with a lowered figure", "CO\u2082 falls", "CO2", "english"],
  ["a ligature", "the of\ufb01ce", "office", "simple"],
  ["Japanese in a sentence", "彼は東京都に住む。", "東京", "simple"],
  ["Japanese over a line's end", "彼は東\n京都に住む。", "東京都", "simple"],
  ["one character alone", "黒い猫がいる。", "猫", "simple"],
  ["one character that ends a word", "これは子猫", "猫", "simple"],
  ["one character that begins a word", "猫背の人", "猫", "simple"],
  ["katakana of half width", "ﾌﾟﾘﾝﾄ ｶﾞｲﾄﾞ", "プリント", "simple"],
  ["katakana asked for in half width", "ガイドの本", "ｶﾞｲﾄﾞ", "simple"],
  ["letters and figures of full width", "ＡＢＣ１２３を買う", "abc123", "simple"],
  ["a Latin word in Japanese", "株式会社ABCは2020年に設立", "ABC", "simple"],
  ["a figure in Japanese", "株式会社ABCは2020年に設立", "2020", "simple"],
  ["Chinese", "故宫位于北京市中心", "北京", "simple"],
  ["a radical for a character", "⼈⼝很多", "人口", "simple"],
  ["a character beyond 16 bits", "𠮷野家で食べる", "𠮷野", "simple"],
  ["Korean with an ending", "서울은 대한민국의 수도이다", "서울", "simple"],
  ["Korean written apart", "서\u1112\u1161\u11ab", "한", "simple"],
  ["Thai", "ประเทศไทยมีน้ำ", "ไทย", "simple"],
  ["Lao", "ປະເທດລາວ", "ລາວ", "simple"],
  ["Khmer", "ប្រទេសកម្ពុជា", "កម្ពុជា", "simple"],
  ["Myanmar", "မြန်မာနိုင်ငံ", "မြန်မာ", "simple"],
  ["Arabic in joined forms", "ﺍﻟﻜﺘﺎﺏ ﺟﺪﻳﺪ", "الكتاب", "arabic"],
  ["Arabic with vowels", "الْكِتَابُ جَدِيدٌ", "كتاب", "arabic"],
  ["Arabic lengthened", "كتـــاب", "كتاب", "arabic"],
  ["Arabic figures", "سنة ٢٠٢٠", "2020", "arabic"],
  ["Hebrew with points", "סֵפֶר", "ספר", "simple"],
])("%s is found", async (_kind, text, question, config) => {
  expect(await finds(text, question, config)).toSatisfy(all);
});

test.each([
  ["京東", "東京"],
  ["東と京", "東京"],
  ["大阪", "東"],
  ["example", "exam"],
  ["ABC", "AB"],
])("%s does not hold %s", async (text, question) => {
  expect(await finds(text, question)).not.toContain(true);
});

test("what means something to PostgreSQL's query language is only text", async () => {
  for (const word of ["'", "\\", "ー'", "猫':*|'犬", "a & !b", "ｰ", "\u309b"]) await finds("猫と犬 a b", word);
  expect(await finds("犬", "猫':*|'犬")).toEqual([false, true]);
});
