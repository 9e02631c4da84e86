// The words by which a question leans on what was said before it, in the languages that people ask in most.

/** A whole word, or a whole phrase, of any script with spaces. */
const words = (list: string, flags = "iu") => new RegExp(`(?<![\\p{L}\\p{N}])(?:${list})(?![\\p{L}\\p{N}])`, flags);

/** What a question begins with that goes on from the last one. */
export const connective = new RegExp(
  `^[\\s¿¡"]*(?:${[
    "and|but|so|or|also|then",
    "und|aber|oder|also",
    "et|mais|ou|donc|alors",
    "y|e|pero|o|entonces",
    "ma|ed|invece|allora",
    "mas|então",
    "en|maar|of|dus",
    "og|och|men|eller",
    "а|и|но|или",
  ].join("|")})(?![\\p{L}\\p{N}])[,:]?\\s*`,
  "iu",
);

/** "What about Ulta?": the last question again, for something else. */
export const whatAbout = new RegExp(
  `^[\\s¿¡"]*(?:(?:and|but|so|und|aber|et|mais|y|pero|e|ma|mas|en|а|и)\\s+)?(?:${[
    "what about|how about|same for|the same for|what of",
    "was ist mit|wie ist es mit|wie sieht es (?:mit|bei|für) |wie steht es (?:um|mit)|wie war es|wie wäre es mit|das gleiche für",
    "qu['’]en est-il (?:de|du|des|d['’]|pour|en|chez)|et pour|et chez|et en|et dans",
    "qué (?:hay|pasa|tal) (?:con|de)|y qué (?:hay )?de|y en|y para|y el de|y la de",
    "che (?:mi )?dici di|e per|e nel|e in",
    "e quanto (?:a|ao|à)|e em|e no|e na|e para",
    "hoe zit het met|en in|en voor",
    "что насч[её]т|как насч[её]т|как обстоит с",
    "ماذا عن|وماذا عن",
  ].join("|")})(?![\\p{L}\\p{N}])\\s*`,
  "iu",
);
/** The same in scripts without spaces. */
export const wideOpening =
  /^(?:那么?|還有|还有|然后|而且|但是|では|じゃあ|それでは|そして|それなら|그럼|그러면|그리고|그렇다면)[、，,\s]*/u;
export const wideEnding = /(?:呢|は|とは|은요|는요|은|는)[？?。\s]*$/u;

/** Asks for more of the same. */
export const more = words(
  [
    "tell me more|say more|more details?|more about (?:it|that|this|them)|what else|who else|where else|anything (?:else|more)|any others?|go on|continue|elaborate|explain (?:that|this|it)(?: further)?|more",
    "mehr dazu|mehr darüber|erz[äa]hl mehr|mehr (?:details|einzelheiten)|was noch|wer noch|wo noch|sonst noch|noch etwas|weiter|genauer",
    "plus de détails|dis-m['’]en plus|dites-m['’]en plus|en savoir plus|quoi d['’]autre|qui d['’]autre|autre chose|continue[rz]?",
    "más detalles|cuéntame más|dime más|qué más|quién más|algo más|continúa",
    "più dettagli|dimmi di più|cos['’]altro|che altro|chi altro|continua",
    "mais detalhes|conte mais|diga mais|o que mais|mais alguma coisa",
    "meer details|vertel meer|wat nog meer|nog iets",
    "ещ[её]|подробнее|что ещ[её]|кто ещ[её]",
    "المزيد|ماذا أيضا",
  ].join("|"),
);
export const wideMore = /还有什么|还有别的|还有吗|更多|详细|其他的|もっと|他に|ほかに|詳しく|더 |또 |다른/u;

/** What stands for something said before, of each language by itself: "die" is an article in one and a verb in another. */
export const pronouns: Record<string, { person: RegExp; thing: RegExp }> = {
  en: {
    person: words("he|him|his|she|her|hers|they|them|their|theirs"),
    thing: words("it|its|that|those|these|this|ones?|the same|there|former|latter|both"),
  },
  de: {
    person: words("er|ihm|ihn|seine?[mnrs]?|ihre?[mnrs]?|ihnen|sie"),
    thing: words(
      "es|dies|dieser|dieses|diese|diesem|diesen|davon|dafür|dazu|darüber|darin|damit|dort|dessen|deren|beide",
    ),
  },
  fr: {
    person: words("il|elle|lui|ils|elles|leurs?|sa|ses|son"),
    thing: words("cela|ça|celui-ci|celle-ci|celui|celle|ceux|celles|ce dernier|cette dernière|là-bas|les deux"),
  },
  es: {
    person: words("él|ella|ellos|ellas|su|sus"),
    thing: words("eso|esto|ese|esa|esos|esas|este|esta|ahí|allí|ambos"),
  },
  it: {
    person: words("egli|lui|lei|loro|suo|sua|suoi|sue"),
    thing: words("esso|essa|questo|questa|quello|quella|ciò|lì|entrambi"),
  },
  pt: {
    person: words("ele|ela|eles|elas|seu|sua|seus|suas"),
    thing: words("isso|isto|esse|essa|este|esta|aquilo|lá|ambos"),
  },
  nl: { person: words("hij|hem|zijn|haar|hun"), thing: words("dit|deze|daar|ervan|erover|daarvan") },
  ru: { person: words("он|она|они|его|ему|е[её]|ей|их|им"), thing: words("оно|это|этот|эта|эти|там|того|этого") },
};
export const widePronoun =
  /它们?|他们?|她们?|其|这个|那个|这些|那些|此|该|それ|その|これ|この|あれ|あの|彼女?|그것|그는|그녀|그의|이것|그들|거기|그 /u;

/** Uses of the words above that point at nothing. */
export const pointsNowhere = new RegExp(
  [
    // "There are", "is it possible", "this document", "more than one".
    "\\b(?:is|are|was|were|be|been) there\\b|\\bthere (?:is|are|was|were|be|been|will|has|have)\\b",
    "\\b(?:is|was|be) it (?:possible|necessary|true|important|required|allowed|legal|safe|ok)\\b|\\bit (?:is|was) (?:possible|necessary|important|required|allowed)\\b|\\b(?:does|did) it (?:take|mean)\\b|\\bwhat does it cost\\b",
    "\\b(?:this|these|the present) (?:year|month|week|document|documents|report|paper|study|file|files|pdf|book|article|manual|guide|handbook|survey|text|page|chapter|contract|agreement|policy|thesis|release|filing)s?\\b",
    "\\b(?:at least|only|no|more than|less than|every|each|any|number|page|step|level|phase|type|class|chapter) one\\b|\\bone (?:of|or|year|month|week|day|hour|minute|percent|hundred|thousand|million)\\b",
    "\\bgibt es\\b|\\bgab es\\b|\\bes gibt\\b|\\b(?:dieses|diesem|dieser|diese) (?:jahr|dokument|bericht|buch|arbeit|studie|text|datei|handbuch|vertrag)\\w*\\b",
    "\\b(?:y a-t-il|il y a|y avait-il|est-il|est-ce)\\b|\\b(?:ce|cette|cet) (?:document|rapport|étude|livre|texte|contrat|manuel|année)\\b",
    "\\b(?:este|esta|estos) (?:documento|informe|estudio|libro|texto|contrato|manual|año)s?\\b",
    "\\b(?:questo|questa) (?:documento|rapporto|studio|libro|testo|contratto|manuale|anno)\\b",
    "\\b(?:este|esta) (?:documento|relatório|estudo|livro|texto|contrato|manual|ano)\\b",
    "\\b(?:dit|deze) (?:document|rapport|boek|tekst|jaar)\\b",
  ].join("|"),
  "giu",
);

const languages =
  "english|german|french|spanish|italian|portuguese|dutch|russian|chinese|japanese|korean|arabic|turkish|polish|deutsch|englisch|französisch|spanisch|italienisch|anglais|allemand|français|espagnol|italien|inglés|alemán|francés|español|italiano";
const asksAgain =
  "please|now|can you|could you|say|write|answer|translate|repeat|put|tell me|give me|it|that|this|the answer|again|bitte|kannst du|können sie|das|es|sag|schreib|antworte|übersetze?|s['’]il (?:te|vous) plaît|por favor";
/** Asks for the last answer once more in another language, which only a model can write. */
export const otherLanguage = new RegExp(
  `^\\W*(?=.*\\b(?:please|bitte|plaît|por favor|say|write|answer|translate|repeat|put|tell|give|sag|schreib|antworte|übersetze?)(?![\\p{L}]))(?:(?:and|und|et|y|${asksAgain}),?\\s+)*(?:in|into|to|auf|ins?|en)\\s+(?:${languages})(?:,?\\s+(?:${asksAgain}))*\\W*$`,
  "iu",
);

/** What only asks; alone it asks about what was said before. */
export const interrogative = words(
  [
    "what|which|who|whom|whose|when|where|why|how",
    "was|welche[mnrs]?|wer|wem|wen|wessen|wann|wo|woher|wohin|warum|wieso|weshalb|wie|wieviele?|wof[üu]r|wodurch|wovon|worum",
    "que|quoi|quels?|quelles?|qui|quand|où|pourquoi|comment|combien|qu['’]est-ce",
    "qué|cuál|cuáles|quién|quiénes|cuándo|dónde|por qué|cómo|cuántos?|cuántas?",
    "che|cosa|quale|quali|chi|quando|dove|perché|come|quant[oaie]",
    "o que|qual|quais|quem|onde|por que|quanto|quantos|quantas",
    "wat|welke?|wie|wanneer|waar|waarom|hoe|hoeveel",
    "что|какой|какая|какие|кто|когда|где|почему|зачем|как|сколько",
  ].join("|"),
  "giu",
);

/** Does, did, has: a sentence with one of these and a word of its own is a whole question. */
export const helping = words(
  "is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|tell|give|list|show|explain|describe|define|summari[sz]e|compare|find|name|me|please|about|us|of|the|a|an|in|on|at|for|to|from|by|with|than|as|ist|sind|war|waren|wurde|wurden|wird|werden|hat|haben|hatte|hatten|kann|können|muss|est|sont|était|a|ont|fut|es|son|fue|era|ha|han|è|sono|fu|hanno|foi|são|tem|werd|heeft|был|была|были|есть",
  "giu",
);

/** Places in a row, by the number that they stand for; the last is -1. */
export const ordinals: readonly (readonly [place: number, RegExp])[] = [
  [1, words("first|former|1st|erste[nrs]?|premi[eè]re?|primer[oa]?|primeir[oa]|prim[oa]|eerste|перв\\p{L}+")],
  [2, words("second|2nd|zweite[nrs]?|deuxième|seconde?|segund[oa]|second[oa]|tweede|втор\\p{L}+")],
  [3, words("third|3rd|dritte[nrs]?|troisième|tercer[oa]?|terceir[oa]|terz[oa]|derde|трет\\p{L}+")],
  [4, words("fourth|4th|vierte[nrs]?|quatrième|cuart[oa]|quart[oa]|vierde|четв[её]рт\\p{L}+")],
  [5, words("fifth|5th|fünfte[nrs]?|cinquième|quint[oa]|vijfde|пят\\p{L}+")],
  [-1, words("last|latter|final|letzte[nrs]?|derni[eè]re?|últim[oa]|ultim[oa]|laatste|последн\\p{L}+")],
];

/** "The second one", "which one": another of what was spoken of. */
export const oneOf =
  /\b(?:the|which|that|this|(?:an)?other|first|second|third|fourth|fifth|last|next|previous|old|new|cheaper|larger|smaller|better) (?:other |first |second |third |last |next )?ones?\b|\b(?:the second|the third|the last|the other|the others)\s*\?/iu;

/** What is measured in; one takes another's place. */
const months =
  "january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre";
export const interchangeable: readonly RegExp[] = [
  /(?<![\p{N}.,])(?:(?:FY|fiscal(?: year)?|Geschäftsjahr|exercice|ejercicio)[\s-]*)?(?:1[0-9]|20)\d\d(?![\p{N}])年?|\bFY\s?\d{2}\b/giu,
  /(?<![\p{L}\p{N}])(?:Q[1-4]|[1-4]Q|H[12]|(?:first|second|third|fourth|last) (?:quarter|half))(?![\p{L}\p{N}])/giu,
  words(months, "giu"),
  words("dollars?|euros?|pounds?|francs?|yen|usd|eur|gbp|chf|dólares|libras|pfund|livres", "giu"),
  words(
    "met(?:er|re)s?|mètres?|metros?|kilomet(?:er|re)s?|kilomètres?|kilómetros?|miles?|feet|foot|inch(?:es)?|km|cm|mm|zoll|meilen",
    "giu",
  ),
  words("kilograms?|kilos?|kg|pounds|grams?|tons?|tonnes?|tonnen|gramm|ounces?", "giu"),
  words("celsius|fahrenheit|kelvin", "giu"),
  words(
    "morning|afternoon|evening|night|weekdays?|weekends?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?",
    "giu",
  ),
];

/** Sets two side by side: neither takes the other's place. */
export const comparing = words(
  "than|compared?|versus|vs|between|since|until|als|verglichen|zwischen|seit|que en|par rapport|entre|depuis|desde|comparado|rispetto|tra",
);

export const placeWords = new Set("in at from near aus bei en à au dans chez nel nella em no na".split(" "));
export const articles = new Set(
  "the a an der die das den dem ein eine einen le la les l un une el los las una il lo i gli o os as de het een".split(
    " ",
  ),
);
/** Before a noun they tell its part in the sentence. */
export const prepositions =
  "for|in|of|with|from|by|at|on|to|without|für|von|bei|mit|aus|ohne|auf|pour|avec|de|du|des|sans|dans|para|con|sin|del|per|da|di|com|sem|voor|van|met";
