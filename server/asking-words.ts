// Words by which people ask, rather than what they ask about, and questions that have no others.
import type { OverviewKind } from "./overview.ts";

/**
 * Words by which people ask, rather than what they ask about, in the languages for which PostgreSQL has no list of stop
 * words; those of Chinese, Japanese and Korean are as they come out two by two.
 */
const asking = new Set(
  "ما ماذا من متي اين كيف كم يبلغ تبلغ هل لماذا اي في علي الي عن هو هي هذا هذه ذلك التي الذي 什么 哪里 哪儿 哪个 哪些 多少 怎么 么样 怎样 为什 是谁 谁是 几个 请问 是什 么是 在哪 的是 是否 有什 什麼 麼是 哪裡 何 誰 何年 何人 何時 です ます すか どこ どの なに なぜ どう いつ だれ どれ して した する ある いる あり りま いま こと もの から まで など には では とは とい いう くだ ださ さい ませ せん でし まし した が は を に の と で も か へ や 무엇 엇인 인가 가요 니까 습니 입니 어디 언제 누구 누가 구인 어떻 떻게 얼마 마나 나요 까요 what which who whom whose when where why how many much name list give tell please explain describe mention according following provide show does did do is are was were can could would should will has have had the a an of in on at to for from by with and or wer wem wen wann wo warum wieso weshalb wie hoch qui quoi quand combien quel quelle quels quelles quien que cuando donde cuanto cuantos".split(
    " ",
  ),
);
/**
 * Words that call something by its name, kind or place, which its answer gives in their stead: "what type of engine was
 * used" is answered by "a two-stroke engine".
 */
const standingIn = new Set(
  "always ever really actually still usually typically generally exactly called named known termed titled referred type types kind kinds sort sorts example examples thing things something someone anyone way ways some any other others another main used use uses using considered located situated happen happens happened occur occurs occurred".split(
    " ",
  ),
);

/** What a word of a question tells of its answer, beside one that tells what it is about. @param word folded. */
export function askingShare(word: string): number {
  if (asking.has(word)) return 0.2;
  return standingIn.has(word) ? 0.4 : 1;
}

/** Words of a question about a document as a whole; one of the first list makes it one. */
const wholes = new Set(
  "document documents file files pdf pdfs paper papers report reports book books article articles manual manuals handbook guide brochure leaflet filing filings release study survey thesis contract agreement text about summary summarize summarise sumarize sumarise overview tldr gist topic topics highlights takeaways points dokument dokumente zusammenfassung worum résumé resumen documento documentos documents zusammenfassen résumer resumir handbuch bericht berichte artikel rapport rapports".split(
    " ",
  ),
);
/** By these alone a question that names a document asks about it as a whole. */
const summing = new Set(
  "summary summarize summarise sumarize sumarise overview tldr gist highlights takeaways zusammenfassung zusammenfassen zusammen worum résumé résumer résume résumez resumen resume resumir resúmeme".split(
    " ",
  ),
);
const withWholes = new Set(
  "main key short brief briefly content contents point idea ideas subject purpose whole entire there these this that it me please matter matters most important start first look read sentence sentences paragraph few some one two three geht es in diesem dieser diesen diese dokumenten des document de ce del este sind die wichtigsten quels sont les clés quoi parle du qué trata documento cuáles son las principales all each every both annual quarterly alle allen aller jedes tous toutes todos you fasse fass zusammen das mir bitte résume résumez résumer le moi resume resuma resúmeme el favor por".split(
    " ",
  ),
);

/** Words of a question about what whoever wrote it does. */
const doers = new Set("company firm business organisation organization group do does".split(" "));

/** Words of a question about a page as a whole, which is named by its number or place. */
const withPages = new Set(
  "page pages on does the say says said contain contains show shows stand stands written last final second third cover title seite seiten auf der steht stehen página páginas pagina pagine".split(
    " ",
  ),
);

const figures = new Set("figures numbers statistics metrics facts zahlen chiffres cifras".split(" "));

/** Whether a word asks, or calls documents what they are, and names nothing. */
export function isGeneralWord(word: string): boolean {
  return wholes.has(word) || withWholes.has(word) || asking.has(word);
}

/** Whether a question of these words asks about documents, or the pages that it names, as a whole. */
export function overviewAsked(surfaces: string[], pages: number[]): OverviewKind | null {
  const ofPages = (word: string) => pages.length > 0 && (withPages.has(word) || /^\d+$/.test(word));
  const general = (word: string) => isGeneralWord(word) || ofPages(word);
  if (surfaces.some((word) => figures.has(word)) && surfaces.every((word) => figures.has(word) || general(word))) {
    return "figures";
  }
  const isDoer = (word: string) => doers.has(word) && !asking.has(word);
  if (surfaces.some(isDoer) && surfaces.every((word) => doers.has(word) || general(word))) return "about";
  return surfaces.some((word) => wholes.has(word) || ofPages(word)) && surfaces.every(general) ? "about" : null;
}

/** "What does Northwind do?" and "What business is Northwind in?" */
const doing =
  /^(?:what (?:does|do) (.+) (?:actually )?do|what (?:kind|type|sort) of (?:company|business|firm) is (.+)|what (?:line of )?business is (.+) in|was (?:macht|tut) (.+)|que fait (.+)|(?:qué|que) hace (.+))$/;

/** The name of whoever, or whatever, a question asks what he does; null where it asks something else. */
export function nameOfDoer(surfaces: string[]): string[] | null {
  const found = doing.exec(surfaces.join(" "))?.slice(1).find(Boolean);
  const words = found?.split(" ").filter((word) => !isGeneralWord(word) && !doers.has(word)) ?? [];
  return words.length > 0 ? words : null;
}

/**
 * What a question that sums up, asks what something is about, or for its key figures says beside that: the name of a
 * document, where it means one.
 * @returns null where it asks none of these, or names nothing.
 */
export function wordsBesideWhole(surfaces: string[]): { kind: OverviewKind; words: string[] } | null {
  const asksAbout = surfaces.includes("about") && /^(?:what|tell)$/.test(surfaces[0] ?? "") && surfaces[1] !== "about";
  const asksFigures =
    surfaces.some((word) => figures.has(word)) && surfaces.some((word) => /^(?:key|main)$/.test(word));
  if (!asksAbout && !asksFigures && !surfaces.some((word) => summing.has(word))) return null;
  const words = surfaces.filter((word) => !isGeneralWord(word) && !(asksFigures && figures.has(word)));
  return words.length > 0 ? { kind: asksFigures ? "figures" : "about", words } : null;
}
