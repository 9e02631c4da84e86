// What is said where the documents hold no answer, in the language of the question.
import { detectLanguage } from "./language.ts";

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
  ["en", /^(?:who|whom|whose|what|when|where|why|how|which|is|are|does|did|do|can)\b(?! (?:ist|sind|hat|war)\b)/i],
  ["de", /^(?:wer|wem|wen|was|wann|wo|woher|wohin|warum|weshalb|wieso|wie|wieviel|welche[rsnm]?|gibt|nenne)\b/i],
  ["fr", /^(?:qui|que|quoi|quand|où|pourquoi|comment|combien|quelle?s?|est-ce|qu['’])(?!\p{L})/iu],
  ["es", /^¿?(?:quién(?:es)?|qué|cuándo|dónde|por qué|cómo|cuál(?:es)?|cuánt[oa]s?)(?!\p{L})/iu],
  ["it", /^(?:chi|che cosa|cosa|quando|dove|perché|come|qual[ei]?|quant[oaie])(?!\p{L})/iu],
  ["nl", /^(?:wie|wat|wanneer|waar|waarom|hoe|welke?)\b(?= \p{L}+ (?:de|het|een|is|zijn)\b)/iu],
];

const scripts: readonly (readonly [string, RegExp])[] = [
  ["ja", /[\p{sc=Hiragana}\p{sc=Katakana}]/u],
  ["ko", /\p{sc=Hangul}/u],
  ["zh", /\p{sc=Han}/u],
];

export function refusalFor(question: string): string {
  const text = question.trim();
  const language =
    detectLanguage(text) ??
    scripts.find(([, pattern]) => pattern.test(text))?.[0] ??
    openings.find(([, pattern]) => pattern.test(text))?.[0];
  return (language && Object.hasOwn(refusals, language) && refusals[language]) || english;
}
