// Documents in several languages, from the file to the answer: read, told, cut, indexed, and found by a question.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createExtractive } from "../../server/adapters/extractive.ts";
import type { DocumentModel } from "../../server/models/document.ts";
import { gap } from "../../server/quote.ts";
import { retrieve } from "../../server/retrieval.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf } from "../../server/test/pdf.ts";
import { type Bench, openBench, until } from "./bench.ts";
import { joinedForms, makeRightToLeftPdf, makeWidePdf } from "./script-pdf.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const german = [
  "Die Brücke über den Fluss wurde von Ingenieur Karl Weber geplant. Am\n3. Oktober 1932 wurde sie für den Verkehr freigegeben. Ihre Länge be-\nträgt 412 Meter, und sie ruht auf sieben Pfeilern aus Granit.",
  "Im Sommer fahren die Schiffe stündlich vom Hafen zu den Inseln. Die Über-\nfahrt dauert vierzig Minuten. Fahrräder werden kostenlos befördert, wenn\nauf dem Deck noch Platz ist.",
  "Das Museum zeigt Werkzeuge der Fischer. Geöffnet ist es von Dienstag bis\nSonntag. Der Eintritt kostet sechs Euro, und Kinder zahlen nichts.",
];
const japanese = [
  "この橋は技師の田中一郎が設計した。千九百三十二年十月三日に開通し、全長は四百十二\nメートルである。橋脚は花崗岩で造られ、川の中に七本立っている。",
  "夏の間、船は港から島まで一時間ごとに出る。所要時間は四十分である。甲板に空き\nがあれば、自転車を無料で運ぶことができる。ＡＢＣ汽船が運航している。",
  "博物館では漁師の道具を展示している。開館日は火曜日から日曜日までである。入館料は\n六百円で、子供は無料である。案内はｶﾞｲﾄﾞが行う。",
];
const chinese = [
  "这座大桥由工程师王建国设计，于1932年10月3日通车。桥长四百一十二米，七个桥\n墩都用花岗岩砌成。",
  "夏天，轮船每小时从港口开往海岛，航程需要四十分钟。甲板上有空位时，自行车可以免\n费运送。",
  "博物馆展出渔民的工具。开放时间是星期二到星期日。门票六元，儿童免费参观。",
];
const korean = [
  "이 다리는 기술자 김철수가 설계하였다. 1932년 10월 3일에 개통되었고\n길이는 412미터이다. 다리의 기둥은 화강암으로 만들어졌다.",
  "여름에는 배가 항구에서 섬까지 한 시간마다 떠난다. 항해 시간은\n사십 분이다. 갑판에 자리가 있으면 자전거를 무료로 실을 수 있다.",
  "박물관은 어부의 도구를 전시한다. 화요일부터 일요일까지 문을 연다.\n입장료는 육백 원이고 어린이는 무료이다.",
];
const arabic = [
  "صمم المهندس أحمد الحسيني هذا الجسر القديم. افتتح الجسر في الثالث من أكتوبر سنة ١٩٣٢.\nيبلغ طول الجسر أربعمائة متر وهو قائم على سبعة أعمدة من الحجر.",
  "في الصيف تبحر السفن كل ساعة من الميناء إلى الجزر. تستغرق الرحلة أربعين دقيقة.\nتنقل الدراجات مجانا إذا كان هناك مكان على السطح.",
  "يعرض المتحف أدوات الصيادين. يفتح المتحف أبوابه من الثلاثاء إلى الأحد.\nثمن التذكرة ستة دنانير والدخول مجاني للأطفال.",
];

const lines = (pages: string[]) => pages.map((page) => page.split("\n"));
const vowelled = (line: string) => line.replace("المتحف", "المُتْحَف").replace("ثمن التذكرة", "ثمن التذكـــرة");

interface Case {
  language: string;
  file: Buffer;
  /** A question, the page that answers it, and what its quote must hold. */
  asked: [question: string, page: number, held: string][];
  /** A question that it does not answer. */
  unanswered: string;
}

const cases: Record<string, Case> = {
  German: {
    language: "de",
    file: makePdf(german),
    asked: [
      ["Wann wurde die Brücke freigegeben?", 1, "Am 3. Oktober 1932 wurde sie für den Verkehr freigegeben."],
      ["Wie lange dauert die Überfahrt?", 2, "Die Überfahrt dauert vierzig Minuten."],
      ["Was kostet der Eintritt in das Museum?", 3, "Der Eintritt kostet sechs Euro"],
    ],
    unanswered: "Welches Gehalt bekommt der Trainer der Fußballmannschaft?",
  },
  Japanese: {
    language: "ja",
    file: makeWidePdf("ja", lines(japanese)),
    asked: [
      ["橋を設計したのは誰ですか。", 1, "田中一郎が設計した"],
      ["この橋の全長は何メートルですか？", 1, "全長は四百十二メートルである。"],
      ["自転車は無料で運べますか？", 2, "空きがあれば、自転車を無料で運ぶことができる。"],
      ["ABC汽船", 2, "ＡＢＣ汽船が運航している。"],
      ["ガイドの案内", 3, "案内はｶﾞｲﾄﾞが行う。"],
      ["船", 2, "船は港から島まで"],
      ["博物館の入館料はいくらですか", 3, "入館料は六百円で、子供は無料である。"],
    ],
    unanswered: "宇宙飛行士の給料はどのくらいですか？",
  },
  Chinese: {
    language: "zh",
    file: makeWidePdf("zh", lines(chinese)),
    asked: [
      ["谁设计了这座大桥？", 1, "这座大桥由工程师王建国设计"],
      ["桥墩是用什么砌成的？", 1, "七个桥墩都用花岗岩砌成。"],
      ["１９３２年", 1, "于1932年10月3日通车"],
      ["自行车可以免费运送吗？", 2, "自行车可以免费运送。"],
      ["博物馆的门票多少钱？", 3, "门票六元，儿童免费参观。"],
    ],
    unanswered: "宇航员的工资是多少？",
  },
  Korean: {
    language: "ko",
    file: makeWidePdf("ko", lines(korean)),
    asked: [
      ["다리를 누가 설계하였습니까?", 1, "이 다리는 기술자 김철수가 설계하였다."],
      ["자전거를 무료로 실을 수 있나요?", 2, "갑판에 자리가 있으면 자전거를 무료로 실을 수 있다."],
      ["박물관 입장료는 얼마인가요?", 3, "입장료는 육백 원이고 어린이는 무료이다."],
    ],
    unanswered: "우주 비행사의 월급은 얼마인가요?",
  },
  Arabic: {
    language: "ar",
    file: makeRightToLeftPdf(lines(arabic)),
    asked: [
      ["من هو المهندس الذي صمم الجسر؟", 1, "صمم المهندس أحمد الحسيني هذا الجسر القديم."],
      ["متى افتتح الجسر؟", 1, "سنة ١٩٣٢."],
      ["كم تستغرق رحلة السفن؟", 2, "تستغرق الرحلة أربعين دقيقة."],
      ["ما ثمن تذكرة المتحف؟", 3, "ثمن التذكرة ستة دنانير"],
    ],
    unanswered: "كم يبلغ راتب مدرب كرة القدم؟",
  },
  "Arabic in joined forms": {
    language: "ar",
    file: makeRightToLeftPdf(lines(arabic), joinedForms),
    asked: [
      ["من هو المهندس الذي صمم الجسر؟", 1, joinedForms("المهندس أحمد الحسيني")],
      ["متى افتتح الجسر في سنة 1932؟", 1, joinedForms("سنة ١٩٣٢")],
      ["ما ثمن تذكرة المتحف؟", 3, joinedForms("ثمن التذكرة ستة دنانير")],
    ],
    unanswered: "كم راتب مدرب كرة القدم؟",
  },
  "Arabic with vowels and lengthening": {
    language: "ar",
    file: makeRightToLeftPdf(lines(arabic.map((page) => vowelled(page)))),
    asked: [
      ["ما ثمن تذكرة المتحف؟", 3, "ثمن التذكـــرة ستة دنانير"],
      ["متى يفتح المتحف أبوابه؟", 3, "أبوابه من الثلاثاء إلى الأحد."],
    ],
    unanswered: "كم راتب مدرب كرة القدم؟",
  },
};

async function ingested(file: Buffer): Promise<DocumentModel> {
  const id = await bench.addDocument(await bench.addUser(), file);
  await bench.startWorker();
  await until(
    () => bench.document(id),
    (row) => row?.status === "ready" || row?.status === "failed",
  );
  return (await bench.document(id)) as DocumentModel;
}

/** Without what only sets words apart on a page. */
const squeezed = (text: string) => text.replace(/-\n|\s/g, "");

async function answered(text: AsyncIterable<unknown>): Promise<string> {
  let reason = "";
  for await (const part of text as AsyncIterable<{ type: string; reason?: string }>) reason = part.reason ?? reason;
  return reason;
}

describe.each(Object.entries(cases))("%s", (_name, { language, file, asked, unanswered }) => {
  test("is told, and answered from the right page in its own words", async () => {
    const document = await ingested(file);
    expect(document).toMatchObject({ status: "ready", language, languages: [language], pages: 3 });
    const pages = await bench.pages(document.id);
    for (const { page, char_start, char_end, content } of await bench.chunks(document.id)) {
      expect(pages[page - 1]?.text.slice(char_start, char_end)).toBe(content);
    }
    for (const [question, page, held] of asked) {
      const { citations, passages, confidence } = await retrieve({ db: bench.db }, [document], question, []);
      const [best] = citations;
      expect({ question, page: best?.page }).toEqual({ question, page });
      expect(best?.quote).toContain(held);
      const text = squeezed(pages[page - 1]?.text ?? "");
      for (const piece of (best?.quote ?? "").split(gap)) expect(text).toContain(squeezed(piece));
      expect(best?.rects.length).toBeGreaterThan(0);
      expect({ question, enough: confidence >= 0.4, confidence }).toMatchObject({ question, enough: true });
      const { signal } = new AbortController();
      expect(
        await answered(createExtractive({ log: silentLog }).answer({ question, history: [], passages, signal })),
      ).toBe("stop");
    }
    expect((await retrieve({ db: bench.db }, [document], unanswered, [])).confidence).toBeLessThan(0.4);
  });
});

test("a document in two languages is found in both, each by its own stems", async () => {
  const english = [
    "The keepers of the lighthouse were replaced by machines. All of the lamps that they had trimmed were given to the museum, and they were shown there for many years.",
  ];
  const document = await ingested(makePdf([...german, ...english]));
  expect(document).toMatchObject({ language: "de", languages: expect.arrayContaining(["de", "en"]) });
  expect((await bench.chunks(document.id)).map(({ page, language }) => [page, language])).toEqual([
    [1, "de"],
    [2, "de"],
    [3, "de"],
    [4, "en"],
  ]);
  const ask = async (question: string) => {
    const { citations } = await retrieve({ db: bench.db }, [document], question, []);
    return citations[0]?.page;
  };
  expect(await ask("Wer zeigt das Werkzeug eines Fischers?")).toBe(3);
  // Only the English stems bring these together.
  expect(await ask("machine replacing keeper")).toBe(4);
  expect(await ask("lamp trimming")).toBe(4);
});
