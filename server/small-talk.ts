// Messages that ask nothing of the documents: greetings, thanks, and what only the moment can tell; each by its words alone.

type SmallTalkKind =
  | "greeting"
  | "thanks"
  /** Says hello to whoever answers, agrees, or takes leave. */
  | "chat"
  /** The weather, the time, a joke, a sum: no document knows. */
  | "moment";

interface SmallTalk {
  kind: SmallTalkKind;
  language: string;
}

/** What one says, by kind and language; a message may say several of them. */
const phrases: Record<Exclude<SmallTalkKind, "moment">, Record<string, string>> = {
  greeting: {
    en: "hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|welcome|yo",
    de: "hallo|moin(?: moin)?|servus|gr(?:ü|ue)(?:ß|ss) (?:gott|dich)|guten (?:morgen|tag|abend)",
    fr: "bonjour|bonsoir|salut|coucou",
    es: "hola|buen(?:os|as) (?:d[ií]as|tardes|noches)",
    it: "ciao|salve|buongiorno|buonasera",
    pt: "ol[áa]|oi|bom dia|boa (?:tarde|noite)",
    nl: "hoi|goede(?:morgen|middag|navond)|goedendag",
    sv: "hej(?:san)?|god (?:morgon|kväll)",
    pl: "cześć|dzień dobry|witaj",
    ru: "привет|здравствуй(?:те)?|добр(?:ый|ое) (?:день|утро|вечер)",
    tr: "merhaba|selam",
    ar: "مرحبا|السلام عليكم|أهلا|اهلا",
    ja: "こんにちは|こんばんは|おはよう(?:ございます)?|はじめまして",
    zh: "你好|您好|嗨|早上好|晚上好",
    ko: "안녕|안녕하세요|안녕하십니까",
  },
  thanks: {
    en: "thanks?(?: you)?(?: (?:so|very) much| a lot)?|many thanks|thx|ty|cheers|much appreciated|(?:i )?appreciate (?:it|that)|(?:that (?:is|was)|thats|this is) (?:very |really |so )?(?:helpful|great|perfect|useful)",
    de: "danke(?: (?:schön|schoen|sehr|dir|ihnen))?|vielen(?: lieben)? dank|besten dank",
    fr: "merci(?: (?:beaucoup|bien))?",
    es: "(?:muchas )?gracias",
    it: "grazie(?: mille)?",
    pt: "(?:muito )?obrigad[oa]",
    nl: "dank (?:je|u)(?: wel)?|bedankt",
    sv: "tack(?: så mycket)?",
    pl: "dziękuję|dzięki",
    ru: "(?:большое )?спасибо(?: большое)?",
    tr: "teşekkür(?:ler| ederim)|sağ ol",
    ar: "شكرا(?: جزيلا| لك)?",
    ja: "(?:どうも)?ありがとう(?:ございます|ございました)?",
    zh: "(?:非常)?(?:谢谢|謝謝|感谢)(?:你|您)?",
    ko: "감사(?:합니다|해요)|고마워요?|고맙습니다",
  },
  chat: {
    en: "ok(?:ay)?|k|yes|no|nope|yeah|yep|sure|cool|great|nice|perfect|awesome|wow|lol|got it|i see|understood|sorry|never ?mind|please|bye(?: bye)?|good ?bye|see you(?: later)?|good night|how are you(?: doing)?(?: today)?|how is it going|whats up|who are you|what are you|are you (?:a )?(?:bot|robot|human|ai|real|there)|what(?:s| is) your name|what can you do|what do you do|how do you work|can you help(?: me)?|help(?: me)?|there|everyone|all|again",
    de: "ja|nein|gut|super|alles klar|verstanden|tsch(?:ü|ue)ss|auf wiedersehen|bis bald|gute nacht|wie gehts?(?: es)?(?: dir| ihnen)?|wer bist du|wer sind sie|was kannst du|was k(?:ö|oe)nnen sie|wie hei(?:ß|ss)t du|hilfe|bitte",
    fr: "oui|non|d ?accord|super|parfait|au revoir|à bientôt|bonne nuit|ça va|comment (?:ça va|vas tu|allez vous)|qui (?:es tu|êtes vous)|que (?:peux tu|pouvez vous) faire|aide",
    es: "s[ií]|vale|de acuerdo|perfecto|adi[óo]s|hasta luego|qu[ée] tal|c[óo]mo est[áa]s?|qui[ée]n eres|qu[ée] puedes hacer|ayuda",
    it: "s[ìi]|va bene|perfetto|arrivederci|come (?:stai|va|sta)|chi sei|cosa (?:puoi|sai) fare|aiuto",
    pt: "sim|n[ãa]o|tudo bem|tchau|at[ée] logo|como vai|quem [ée] voc[êe]|ajuda",
    nl: "ja|nee|prima|tot ziens|doei|hoe gaat het|wie ben je|wat kun je",
    ru: "да|нет|хорошо|ладно|пока|до свидания|как дела|кто ты",
    ja: "はい|いいえ|さようなら|元気ですか|あなたは誰ですか",
    zh: "好的?|是的?|再见|你是谁|你好吗|你能做什么",
    ko: "네|아니요|안녕히 (?:가|계)세요|누구세요",
  },
};

/** The weather of today, the time, a joke. */
const moments: Record<string, RegExp> = {
  en: /^(?:(?:what(?: ?i?s)?|how(?: ?i?s)?|tell me) the weather(?: (?:like|today|tomorrow|now|right now|outside|tonight|here|going to be|be))*|is it (?:raining|snowing|sunny|hot|cold)(?: (?:today|now|outside|here))*|will it (?:rain|snow)(?: (?:today|tomorrow|tonight))*|what time is it(?: now)?|what(?:s| is) the time(?: now)?|what (?:day|date) is (?:it|today)(?: today)?|what(?:s| is) today ?s date|(?:tell me|do you know|give me|say) (?:a|another|some|any) (?:joke|jokes|story|something funny)|sing (?:me )?a song)$/u,
  de: /^(?:wie (?:ist|wird) das wetter(?: (?:heute|morgen|jetzt|draußen|hier))*|wie sp(?:ä|ae)t ist es|welcher tag ist heute|erz(?:ä|ae)hl(?:e)? (?:mir )?einen witz)$/u,
  fr: /^(?:quel temps (?:fait il|fera t il)(?: (?:aujourd ?hui|demain|dehors))?|quelle heure est il|quel jour sommes nous|raconte (?:moi )?une blague)$/u,
  es: /^(?:qu[ée] tiempo (?:hace|har[áa])(?: (?:hoy|mañana))?|qu[ée] hora es|c[óo]mo est[áa] el tiempo(?: hoy)?|cu[ée]ntame un chiste)$/u,
  it: /^(?:che tempo (?:fa|far[àa])(?: (?:oggi|domani))?|che ore sono|che ora [èe]|raccontami una barzelletta)$/u,
  nl: /^(?:wat voor weer is het(?: vandaag)?|hoe is het weer(?: vandaag)?|hoe laat is het)$/u,
};

/** A sum: two figures with a sign between them, and nothing else but how it is asked. */
const sum =
  /^\s*(?:what(?: ?['’]?s| is| are)|how much is|calculate|compute|solve|was ist|wie ?viel ist|combien font|cu[aá]nto es|quanto fa)?\s*[-(]*\d[\d.,]*(?:\s*[+*×x÷^/=−()-]+\s*[-(]*\d[\d.,]*)+[\s)]*=?\s*[?.!]*\s*$/iu;
/** What looks like one: a date, a year's half, "24/7". */
const noSum = /^\D*\d+(?:[/-]\d+)+\D*$|^\D*\d[\d.,]*\D*$/u;

/** Longer messages say more than that. */
const maxLength = 80;
/** Whom or what one says it to. */
const addressed = "(?:there|everyone|all|team|bot|friend|pagewise|zusammen|leute|à tous|a todos|a tutti)";

function patternsOf(): { kind: SmallTalkKind; language: string; pattern: RegExp }[] {
  return Object.entries(phrases).flatMap(([kind, languages]) =>
    Object.entries(languages).map(([language, list]) => ({
      kind: kind as SmallTalkKind,
      language,
      pattern: new RegExp(`^(?:${list})(?: ${addressed})?(?=$|\\s|(?<=[^\\x00-\\u024f]))\\s*`, "u"),
    })),
  );
}
const patterns = patternsOf();

/** @returns null where a message may ask something. Signs and pictures alone are told, and said to, in English. */
export function smallTalkOf(message: string): SmallTalk | null {
  if (message.length > maxLength) return null;
  const plain = message
    .toLowerCase()
    .normalize("NFC")
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
  if (plain === "") return { kind: "chat", language: "en" };
  if (sum.test(message) && !noSum.test(message)) return { kind: "moment", language: "en" };
  for (const [language, pattern] of Object.entries(moments))
    if (pattern.test(plain)) return { kind: "moment", language };
  const said: SmallTalk[] = [];
  for (let rest = plain; rest !== ""; ) {
    const found = patterns.find(({ pattern }) => pattern.test(rest));
    if (!found) return null;
    said.push(found);
    rest = rest.replace(found.pattern, "");
  }
  const { language } = said.find(({ language }) => language !== "en") ?? { language: "en" };
  const kind = (["thanks", "greeting", "chat"] as const).find((each) => said.some(({ kind }) => kind === each));
  return { kind: kind ?? "chat", language };
}
