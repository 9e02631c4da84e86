// Tells the language of a text by its script and its most frequent words, and names PostgreSQL's configuration for it.

/**
 * The most frequent function words of each language in Latin script. Counting them is exact on pages of prose, needs
 * no model, and says nothing rather than something wrong about tables of numbers.
 */
const frequentWords: Record<string, string> = {
  en: "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which you were their one all we can her has there been if more when will would who so what up its about into than them only some could these our may no such should any shall",
  de: "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei wenn kann wir ich diese eines",
  fr: "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux ou cette été sa mais leur ses nous comme on être fait même deux ont elle entre peut vous je tout ces sans dont si était aussi ils après leurs",
  es: "de la que el en y a los del se las por un para con no una su al lo como más o pero sus le ya este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante ha fue es son está ser sido tiene estos según cada",
  it: "di e il la che in a per è un del le della con non una i da si al dei come sono gli più nel alla anche ha delle lo su ma se o dal ed nella ai loro questo suo dell all essere stato era degli tra sua questa cui ad ci ne dalla può quando molto",
  pt: "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas são pelos esse",
  nl: "de van het een en in is dat op te zijn met voor niet die aan er om als ook dan hij door maar bij of naar uit wordt worden tot over nog kan werd deze heeft was ik ze zich hebben wat meer dit geen kunnen veel moet zo zal omdat wij onder tussen zoals andere",
  da: "og i at det er en til af på for med den de som der ikke et har var han fra jeg sig men om ved kan også vi eller så skal efter være blev ud hvor over nu hun være mange havde man når deres op vil ind denne dette bliver hvis mellem hvad blive mod uden anden",
  sv: "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan man när eller vid efter också ut ska hade nu under över där skulle sin vara mot blev deras mycket alla då bara mellan än denna detta vad blir varje",
  no: "og i det er på til som en av for at med har de den ikke et var han om fra men seg vi jeg så kan også ved eller etter skal være ble da hun over nå mot ut opp hadde hvor deres mange når man ville under slik bare andre mellom enn blir dette noe hva hvis uten annen",
  fi: "ja on ei että se oli hän ovat mutta myös kun joka ole jos kuin sen tai en ollut mitä niin minä hänen sitä vain me olen ne kanssa jotka siitä tämä joka jo nyt voi mukaan ennen sekä tämän jälkeen kaikki olisi siitä mikä vielä he tässä jossa ollaan",
  hu: "a az és hogy nem is egy ez de volt meg ha csak már azt van mint el még fel lehet sem ki vagy ezt be amely minden kell pedig mert azonban két után most így szerint majd úgy ezek illetve olyan között lesz volna amit aki nagy által ennek annak",
  ro: "și de în a la cu pe nu să că o din este un care mai pentru au fost ce prin se sunt dar al ale fi sau după după lui ca ei când această acest foarte până între ai său mult doar unui unei sa lor ar dintre către fără",
  tr: "ve bir bu da de için ile çok olarak ne daha gibi olan kadar sonra ki var ben o en her ama diye değil mi olduğu yok ise şey veya göre şu biz olduğunu üzere ancak tarafından kendi bütün ilk zaman önce iki nasıl hem ya etmek olması vardır arasında",
  ca: "de la i que el a en les els un per del una amb no es dels és al als va però com més seva pel son són ha aquest aquesta seu entre també fou hi ser molt fins tot quan sobre on han sense ho pels ja era havia les sota cada després nou",
  eu: "eta da ez bat zen du izan dira ere ziren baina dute egin beste hau duen zuen bere edo baino den oso zuten dela arte izango behar batean hori egiten nahi zela guztiak duten gero artean izateko bezala batzuk haren hain zein hauek",
  ga: "agus an na ar i is go a le ag bhí sé do ní tá de mar nach sin atá é ach ó sa leis as seo bhfuil faoi siad raibh féin gur mé chun nuair nó iad bheith gach aon fuair eile um cad dá lena trí amach den don sí tar éis",
  lt: "ir yra kad į iš su tai kaip o apie buvo bet ar nuo dėl per prie tik savo jis jo po už taip jų dar iki jau arba kuris kurie gali mano buvo ne jos labai būti kuri kai tačiau pagal tarp šis metų šios turi kur visi",
  id: "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka lebih kata atau oleh sudah dapat telah kepada seperti sebagai adalah bagi orang dia banyak menjadi kita antara setelah hanya serta ia tetapi saat",
  pl: "w i na z nie do się że to jest o a jak po od co za dla przez tak jego ale czy był są tym oraz było jej ich tylko może już być lub być który które która przy także pod ze jako ma tego lat tej gdy pan roku również między bardzo",
  cs: "a v se na je že s z o do to jako pro si by ve za ale po i k od které který byl jeho při která však jsou jen tak bylo nebo už má podle před až ke než jsem také jej byla co mezi ze bude mohou pouze tím této jejich této tento",
  sk: "a v sa na je že s z o do to ako pre si by vo za ale po aj k od ktoré ktorý bol jeho pri ktorá však sú len tak bolo alebo už má podľa pred až ku než som tiež bola čo medzi zo bude môžu iba tým tejto ich tento nie",
  sl: "in je v na da se za so z ki po pa s tudi kot ne bi o od iz do pri med bil ali bilo bila ter lahko še le kar zaradi ko če že pred ni sem več bo kjer ob kako svoje zelo tako tega samo teh leta katerih vendar",
  hr: "i u je se na da za su od s o iz kao koji ne te po bi što ili koja do koje a kako nije sam bio samo uz više prema nakon ali bila biti jer će pri već kada bilo može između svoje ovo tako godine preko tijekom njegov također",
  vi: "và của là có trong được cho các một với không người những đã này khi từ để ở đến năm về cũng như ra thì tại vào theo đó nhiều hơn sau trên nhưng hay sẽ phải nếu do còn hai lại bị làm rất",
  et: "ja on ei et see oli kui ka ta oma aga mis või kes siis nii ning olid välja veel tema seda pole pärast ole kus üle nad juba kuid ainult võib mida selle mille enne eest kõik sest saab seal nende palju poolt kuni olla",
  lv: "un ir ar no uz par ka tas kas bija tika arī pēc bet vai kā to pie viņš savu pirms tā gada ja kur līdz lai tikai jau kad nav var šo tad vēl viņa starp tiek kuru gan bez būt ļoti šis kurā laikā",
  sq: "të e në i dhe për me një që nga është si më u se ka janë do ishte por këtë edhe kjo nuk ky ai tij pas ndër kishte duke kur gjatë nëse mund mbi saj shumë deri apo ndaj cilat cili pa kanë tyre",
  is: "og að í á er sem til við um en var það með fyrir ekki af hann eru því frá þar eða hafa sé hefur upp þess hún hafi voru þá ég eftir þegar verið þeir hins verður var hjá mjög eins vera þeirra sér þetta kom einnig",
};

/** Words of one language among those that share its script. */
const cyrillicWords: Record<string, string> = {
  ru: "и в не на я что с он как это по но они к у ты из мы за вы так же от для бы о его был также или при только уже если все еще когда до может были это этого является",
  uk: "і в не на що з як це до та у за від його для про але бути або ще вже також який які яка був було цього щоб після можна при тому є вона вони їх під час між",
  bg: "на и в да за се от е с че са не по като си до при той бе това или най след който които беше през във със обаче може има още само бил ще към този тази тези между",
  sr: "и у је на да се за су од са као који не те по би што или која до које а није сам био само уз више према након али била бити јер ће при већ када било може између",
};

const scripts: [name: string, pattern: RegExp][] = [
  // Kana and Hangul before Han, which Japanese and Korean use too.
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["zh", /\p{Script=Han}/gu],
  ["el", /\p{Script=Greek}/gu],
  ["he", /\p{Script=Hebrew}/gu],
  ["ar", /\p{Script=Arabic}/gu],
  ["hi", /\p{Script=Devanagari}/gu],
  ["bn", /\p{Script=Bengali}/gu],
  ["ta", /\p{Script=Tamil}/gu],
  ["te", /\p{Script=Telugu}/gu],
  ["th", /\p{Script=Thai}/gu],
  ["lo", /\p{Script=Lao}/gu],
  ["km", /\p{Script=Khmer}/gu],
  ["my", /\p{Script=Myanmar}/gu],
  ["hy", /\p{Script=Armenian}/gu],
  ["ka", /\p{Script=Georgian}/gu],
  ["cyrillic", /\p{Script=Cyrillic}/gu],
  ["latin", /\p{Script=Latin}/gu],
];
/** None of these: letters are Latin. */
const otherScripts = /[\u0370-\u1cff\u2e80-\uffff]/;

const sampleLength = 20_000;
/** Enough where the language is known already and only another is to be noticed. */
const partLength = 700;
const fewestLetters = 20;

/**
 * @param text the more the better; 20,000 characters are looked at.
 * @param usual the language of what stands around it: another is told only on clear evidence.
 * @returns ISO 639-1, or null where the text does not tell.
 */
export function detectLanguage(text: string, usual: string | null = null): string | null {
  const sample = text
    .slice(0, usual ? partLength : sampleLength)
    .toLowerCase()
    .normalize("NFKC");
  if (!otherScripts.test(sample)) return byWords(sample, latinOwners, usual);
  const script = scriptOf(sample);
  if (script === null) return null;
  if (script === "latin") return byWords(sample, latinOwners, usual);
  if (script === "cyrillic") return byCyrillic(sample, usual);
  if (script === "ar") return byArabicLetters(sample);
  // Headings and tables of a Japanese text may have no kana.
  if (script === "zh" && usual === "ja") return "ja";
  if (script === "he" && /[\u05f0-\u05f2]/.test(sample)) return "yi";
  return script;
}

/** The script of most letters, by its language where it has only one. */
function scriptOf(sample: string): string | null {
  const counts = new Map(scripts.map(([name, pattern]) => [name, sample.match(pattern)?.length ?? 0]));
  const count = (name: string) => counts.get(name) ?? 0;
  const letters = [...counts.values()].reduce((sum, value) => sum + value, 0);
  const [script, most] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
  const wide = count("ja") + count("ko") + count("zh");
  // One of their characters says as much as three letters.
  if (letters + 2 * wide < fewestLetters) return null;
  if (wide > 0.3 * letters) {
    // A tenth of kana is Japanese: the rest of it is Han. Korean is seldom written with Han.
    if (count("ja") > 0.1 * (count("ja") + count("zh"))) return "ja";
    return count("ko") >= count("zh") ? "ko" : "zh";
  }
  return most > 0 ? script : null;
}

/** The languages of each word. */
function ownersOf(lists: Record<string, string>): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const [language, list] of Object.entries(lists)) {
    for (const word of new Set(list.split(" "))) owners.set(word, [...(owners.get(word) ?? []), language]);
  }
  return owners;
}

const latinOwners = ownersOf(frequentWords);
const cyrillicOwners = ownersOf(cyrillicWords);

/** @returns whether a word in lower case is one of the most frequent of a language (of any), which say little alone. */
export function isFrequentWord(word: string, language?: string): boolean {
  const languages = latinOwners.get(word) ?? cyrillicOwners.get(word);
  return languages !== undefined && (language === undefined || languages.includes(language));
}

/** A word that several languages share says less. Below a twentieth of function words it is no prose of theirs. */
function byWords(sample: string, owners: Map<string, string[]>, usual: string | null): string | null {
  const words = sample.match(/\p{L}+/gu) ?? [];
  const scores = new Map<string, number>();
  let letters = 0;
  for (const word of words) {
    letters += word.length;
    const languages = owners.get(word);
    if (languages)
      for (const language of languages) scores.set(language, (scores.get(language) ?? 0) + 1 / languages.length);
  }
  const [best, second] = [...scores].sort((one, two) => two[1] - one[1]);
  if (!best || letters < fewestLetters || best[1] < Math.max(2, words.length / 20)) return null;
  if (best[0] === usual) return usual;
  if (usual && (best[1] < Math.max(5, words.length / 10) || best[1] < 2 * (scores.get(usual) ?? 0))) return null;
  return best[1] >= 1.15 * (second?.[1] ?? 0) ? best[0] : null;
}

/** Letters that only one of them has, else words. */
function byCyrillic(sample: string, usual: string | null): string | null {
  if (/[ієї]/.test(sample) && !/[ыэ]/.test(sample)) return "uk";
  if (/[јљњћђ]/.test(sample)) return "sr";
  return byWords(sample, cyrillicOwners, usual);
}

function byArabicLetters(sample: string): string {
  if (/[ٹڈڑںےہ]/.test(sample)) return "ur";
  return (sample.match(/[پچژگکی]/g)?.length ?? 0) > sample.length / 50 ? "fa" : "ar";
}

/** Configurations that PostgreSQL has had since version 14, and so has the embedded one. */
const configurations: Record<string, string> = {
  ar: "arabic",
  ca: "catalan",
  da: "danish",
  de: "german",
  el: "greek",
  en: "english",
  es: "spanish",
  eu: "basque",
  fi: "finnish",
  fr: "french",
  ga: "irish",
  hi: "hindi",
  hu: "hungarian",
  hy: "armenian",
  id: "indonesian",
  it: "italian",
  lt: "lithuanian",
  nl: "dutch",
  no: "norwegian",
  pt: "portuguese",
  ro: "romanian",
  ru: "russian",
  sr: "serbian",
  sv: "swedish",
  ta: "tamil",
  tr: "turkish",
  yi: "yiddish",
};

/** @returns the name of the PostgreSQL text search configuration (`regconfig`) for a language. */
export function textSearchConfig(language: string | null): string {
  return (language && Object.hasOwn(configurations, language) && configurations[language]) || "simple";
}

/** The configurations that any part of the documents was indexed by. */
export function configsOf(documents: { language: string | null; languages: (string | null)[] }[]): string[] {
  const languages = documents.flatMap(({ language, languages }) => [language, ...languages]);
  return [...new Set(languages.map(textSearchConfig))].sort();
}
