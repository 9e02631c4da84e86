// What is said where the documents hold no answer, or where nothing was asked of them, in the language of the message.
import { detectLanguage } from "./language.ts";
import { smallTalkOf } from "./small-talk.ts";

const english = "These documents do not seem to answer that question.";

const refusals: Record<string, string> = {
  ar: "لا يبدو أن هذه المستندات تجيب عن هذا السؤال.",
  bg: "Тези документи изглежда не отговарят на този въпрос.",
  bn: "এই নথিগুলিতে এই প্রশ্নের উত্তর আছে বলে মনে হয় না।",
  ca: "Sembla que aquests documents no responen aquesta pregunta.",
  cs: "Zdá se, že tyto dokumenty na tuto otázku neodpovídají.",
  da: "Disse dokumenter ser ikke ud til at besvare det spørgsmål.",
  de: "Diese Dokumente scheinen die Frage nicht zu beantworten.",
  el: "Αυτά τα έγγραφα δεν φαίνεται να απαντούν σε αυτή την ερώτηση.",
  es: "Estos documentos no parecen responder a esa pregunta.",
  et: "Need dokumendid ei paista sellele küsimusele vastavat.",
  fa: "به نظر نمی‌رسد این اسناد به این پرسش پاسخ دهند.",
  fi: "Nämä asiakirjat eivät näytä vastaavan tähän kysymykseen.",
  fr: "Ces documents ne semblent pas répondre à cette question.",
  he: "נראה שהמסמכים האלה אינם עונים על השאלה הזאת.",
  hi: "ऐसा लगता है कि इन दस्तावेज़ों में इस प्रश्न का उत्तर नहीं है।",
  hr: "Čini se da ovi dokumenti ne odgovaraju na to pitanje.",
  hu: "Úgy tűnik, ezek a dokumentumok nem adnak választ erre a kérdésre.",
  id: "Dokumen-dokumen ini tampaknya tidak menjawab pertanyaan itu.",
  is: "Þessi skjöl virðast ekki svara þessari spurningu.",
  it: "Questi documenti non sembrano rispondere a questa domanda.",
  ja: "これらの文書には、その質問への答えが見当たりません。",
  ko: "이 문서들에는 그 질문에 대한 답이 없는 것 같습니다.",
  lt: "Atrodo, kad šie dokumentai į šį klausimą neatsako.",
  lv: "Šķiet, ka šie dokumenti uz šo jautājumu neatbild.",
  nl: "Deze documenten lijken die vraag niet te beantwoorden.",
  no: "Disse dokumentene ser ikke ut til å besvare det spørsmålet.",
  pl: "Wydaje się, że te dokumenty nie odpowiadają na to pytanie.",
  pt: "Estes documentos não parecem responder a essa pergunta.",
  ro: "Aceste documente nu par să răspundă la această întrebare.",
  ru: "Похоже, в этих документах нет ответа на этот вопрос.",
  sk: "Zdá sa, že tieto dokumenty na túto otázku neodpovedajú.",
  sl: "Zdi se, da ti dokumenti ne odgovarjajo na to vprašanje.",
  sr: "Изгледа да ови документи не одговарају на то питање.",
  sv: "De här dokumenten verkar inte besvara den frågan.",
  th: "ดูเหมือนว่าเอกสารเหล่านี้ไม่มีคำตอบสำหรับคำถามนั้น",
  tr: "Bu belgeler bu soruyu yanıtlamıyor gibi görünüyor.",
  uk: "Схоже, у цих документах немає відповіді на це запитання.",
  vi: "Có vẻ như các tài liệu này không trả lời câu hỏi đó.",
  zh: "这些文档似乎没有回答这个问题。",
};

/** How questions begin, for those too short to tell their language otherwise. */
const openings: readonly (readonly [string, RegExp])[] = [
  // "Was the lamp lit by oil?"
  ["en", /^was\b(?=.* (?:the|of|by|and|he|she|it|they|there|\p{L}{3,}ed)\b)/iu],
  [
    "en",
    /^(?:who|whom|whose|what|when|where|why|how|which|is|are|were|does|did|do|has|have|can|could|should)\b(?! (?:ist|sind|hat|war)\b)/i,
  ],
  [
    "de",
    /^(?:wer|wem|wen|was|wann|wo|woher|wohin|warum|weshalb|wieso|wie|wieviel|welche[rsnm]?|gibt|nenne|fasse?|erkläre?|beschreibe?|zeige?)\b/i,
  ],
  [
    "fr",
    /^(?:qui|que|quoi|quand|où|pourquoi|comment|combien|quel(?:le)?s?|est-ce|qu['’]|résume[rz]?|explique[rz]?|décri(?:s|vez))(?!\p{L})/iu,
  ],
  [
    "es",
    /^¿?(?:quién(?:es)?|qué|cuándo|dónde|por qué|cómo|cuál(?:es)?|cuánt[oa]s?|resum[ea] (?:el|la|los|las|este)|explica)(?!\p{L})/iu,
  ],
  ["it", /^(?:chi|che cosa|cosa|quando|dove|perché|come|qual[ei]?|quant[oaie])(?!\p{L})/iu],
  ["nl", /^(?:wie|wat|wanneer|waar|waarom|hoe|welke?)\b(?= \p{L}+ (?:de|het|een|is|zijn)\b)/iu],
];

const scripts: readonly (readonly [string, RegExp])[] = [
  ["ja", /[\p{sc=Hiragana}\p{sc=Katakana}]/u],
  ["ko", /\p{sc=Hangul}/u],
  ["zh", /\p{sc=Han}/u],
];

/** What to ask, said back to a greeting, to thanks, and to anything else. */
const replies: Record<string, readonly [greeting: string, thanks: string, chat: string]> = {
  en: [
    "Hello! Ask me anything about these documents.",
    "You are welcome. Ask me anything else about these documents.",
    "I answer questions about these documents and quote the pages that say so.",
  ],
  de: [
    "Hallo! Frag mich etwas zu diesen Dokumenten.",
    "Gern geschehen. Frag mich noch etwas zu diesen Dokumenten.",
    "Ich beantworte Fragen zu diesen Dokumenten und zitiere die Seiten, auf denen es steht.",
  ],
  fr: [
    "Bonjour ! Posez-moi une question sur ces documents.",
    "Je vous en prie. Posez-moi une autre question sur ces documents.",
    "Je réponds aux questions sur ces documents et je cite les pages qui le disent.",
  ],
  es: [
    "¡Hola! Pregúntame algo sobre estos documentos.",
    "De nada. Pregúntame algo más sobre estos documentos.",
    "Respondo a preguntas sobre estos documentos y cito las páginas que lo dicen.",
  ],
  it: [
    "Ciao! Chiedimi qualcosa su questi documenti.",
    "Prego. Chiedimi altro su questi documenti.",
    "Rispondo a domande su questi documenti e cito le pagine che lo dicono.",
  ],
  pt: [
    "Olá! Pergunte-me algo sobre estes documentos.",
    "De nada. Pergunte-me mais sobre estes documentos.",
    "Respondo a perguntas sobre estes documentos e cito as páginas que o dizem.",
  ],
  nl: [
    "Hallo! Vraag me iets over deze documenten.",
    "Graag gedaan. Vraag me nog iets over deze documenten.",
    "Ik beantwoord vragen over deze documenten en citeer de pagina's waar het staat.",
  ],
  sv: [
    "Hej! Fråga mig något om de här dokumenten.",
    "Varsågod. Fråga mig gärna mer om de här dokumenten.",
    "Jag svarar på frågor om de här dokumenten och citerar sidorna.",
  ],
  pl: [
    "Cześć! Zapytaj mnie o te dokumenty.",
    "Proszę bardzo. Zapytaj mnie o coś jeszcze z tych dokumentów.",
    "Odpowiadam na pytania o te dokumenty i cytuję ich strony.",
  ],
  ru: [
    "Здравствуйте! Спросите меня об этих документах.",
    "Пожалуйста. Спросите меня ещё о чём-нибудь из этих документов.",
    "Я отвечаю на вопросы об этих документах и цитирую страницы.",
  ],
  tr: [
    "Merhaba! Bana bu belgeler hakkında bir şey sorun.",
    "Rica ederim. Bu belgeler hakkında başka bir şey de sorabilirsiniz.",
    "Bu belgelerle ilgili soruları yanıtlar, ilgili sayfaları alıntılarım.",
  ],
  ar: [
    "مرحبا! اسألني عن هذه المستندات.",
    "على الرحب والسعة. اسألني عن أي شيء آخر في هذه المستندات.",
    "أجيب عن الأسئلة المتعلقة بهذه المستندات وأقتبس صفحاتها.",
  ],
  ja: [
    "こんにちは。これらの文書について何でも聞いてください。",
    "どういたしまして。これらの文書について、ほかにも聞いてください。",
    "これらの文書についての質問に答え、根拠となるページを引用します。",
  ],
  zh: [
    "你好！请就这些文档向我提问。",
    "不客气。还可以继续就这些文档提问。",
    "我回答关于这些文档的问题，并引用相应的页面。",
  ],
  ko: [
    "안녕하세요! 이 문서들에 대해 무엇이든 물어보세요.",
    "천만에요. 이 문서들에 대해 더 물어보세요.",
    "이 문서들에 대한 질문에 답하고 해당 페이지를 인용합니다.",
  ],
};

/** What is said where nothing is answered from the documents. */
export function refusalFor(question: string): string {
  const talk = smallTalkOf(question);
  if (!talk) return refusalIn(languageOf(question));
  const [greeting, thanks, chat] = replies[talk.language] ?? (replies.en as (typeof replies)["en"]);
  const said = { greeting, thanks, chat, moment: refusalIn(talk.language) };
  return said[talk.kind];
}

/** What is said of one document that tells nothing where others do. */
const silences: Record<string, string> = {
  en: "This document does not seem to answer that question.",
  de: "Dieses Dokument scheint die Frage nicht zu beantworten.",
  fr: "Ce document ne semble pas répondre à cette question.",
  es: "Este documento no parece responder a esa pregunta.",
  it: "Questo documento non sembra rispondere a questa domanda.",
};

export function silenceOf(question: string): string {
  return silences[languageOf(question) ?? "en"] ?? (silences.en as string);
}

/** What is said of documents that an answer about each of many leaves out: of one, and of several. */
const leftOut: Record<string, readonly [one: string, several: string]> = {
  en: ["1 further document is not included here.", "# further documents are not included here."],
  de: ["1 weiteres Dokument ist hier nicht enthalten.", "# weitere Dokumente sind hier nicht enthalten."],
  fr: ["1 autre document n'est pas repris ici.", "# autres documents ne sont pas repris ici."],
  es: ["1 documento más no figura aquí.", "# documentos más no figuran aquí."],
  it: ["1 altro documento non è incluso qui.", "# altri documenti non sono inclusi qui."],
};

/** @param count at least 1. */
export function leftOutOf(question: string, count: number): string {
  const [one, several] = leftOut[languageOf(question) ?? "en"] ?? (leftOut.en as (typeof leftOut)["en"]);
  return count === 1 ? one : several.replace("#", String(count));
}

const ownReplies = new Set([
  ...Object.values(refusals),
  english,
  ...Object.values(silences),
  ...Object.values(replies).flat(),
  ...Object.values(leftOut).flat(),
]);

/** Whether a text is one of these, which claim nothing of the documents. */
export function isOwnReply(text: string): boolean {
  const said = text.trim();
  return ownReplies.has(said) || ownReplies.has(said.replace(/^\d{1,6}(?= )/, "#"));
}

function refusalIn(language: string | undefined): string {
  return (language && Object.hasOwn(refusals, language) && refusals[language]) || english;
}

function languageOf(question: string): string | undefined {
  const text = question.trim();
  return (
    detectLanguage(text) ??
    scripts.find(([, pattern]) => pattern.test(text))?.[0] ??
    openings.find(([, pattern]) => pattern.test(text))?.[0]
  );
}
