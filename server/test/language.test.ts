// Languages are told by their words and script, and where the text does not tell, nothing is said.
import { expect, test } from "vitest";
import { detectLanguage, textSearchConfig } from "../language.ts";

/** Article 1 of the Universal Declaration of Human Rights, the second sentence included. */
const declaration: Record<string, string> = {
  en: "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.",
  de: "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
  fr: "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
  es: "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.",
  it: "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
  pt: "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência, devem agir uns para com os outros em espírito de fraternidade.",
  nl: "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met verstand en geweten, en behoren zich jegens elkander in een geest van broederschap te gedragen.",
  sv: "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och samvete och bör handla gentemot varandra i en anda av broderskap.",
  fi: "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki ja omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä.",
  hu: "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és lelkiismerettel bírván, egymással szemben testvéri szellemben kell hogy viseltessenek.",
  ro: "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele sunt înzestrate cu rațiune și conștiință și trebuie să se comporte unele față de altele în spiritul fraternității.",
  tr: "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler. Bu bir hak olarak herkes için vardır.",
  pl: "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa.",
  cs: "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat v duchu bratrství, jak je to podle práva.",
  ru: "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.",
  uk: "Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені розумом і совістю і повинні діяти у відношенні один до одного в дусі братерства.",
  bg: "Всички хора се раждат свободни и равни по достойнство и права. Те са надарени с разум и съвест и следва да се отнасят помежду си в дух на братство.",
  el: "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
  ar: "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء.",
  fa: "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند. همه دارای عقل و وجدان هستند.",
  he: "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.",
  hi: "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
  ja: "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
  zh: "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。",
  ko: "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
  vi: "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Mọi con người đều được tạo hóa ban cho lý trí và lương tâm và cần phải đối xử với nhau trong tình bằng hữu.",
  da: "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og samvittighed, og de bør handle mod hverandre i en broderskabets ånd.",
  no: "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter. De er utstyrt med fornuft og samvittighet og bør handle mot hverandre i brorskapets ånd.",
  ca: "Tots els éssers humans neixen lliures i iguals en dignitat i en drets. Són dotats de raó i de consciència, i han de comportar-se fraternalment els uns amb els altres.",
  eu: "Gizon-emakume guztiak aske jaiotzen dira, duintasun eta eskubide berberak dituztela; eta ezaguera eta kontzientzia dutenez gero, elkarren artean senide legez jokatu beharra dute. Hau da legea, eta ez da beste bat.",
  ga: "Saolaítear na daoine uile saor agus comhionann ina ndínit agus ina gcearta. Tá bua an réasúin agus an choinsiasa acu agus dlíd gníomhú i dtreo a chéile i spiorad an bhráithreachais.",
  lt: "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir sąžinė ir jie turi elgtis vienas kito atžvilgiu kaip broliai, nes tai yra jų teisė ir pareiga.",
  id: "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama. Mereka dikaruniai akal dan hati nurani dan hendaknya bergaul satu sama lain dalam semangat persaudaraan.",
  sk: "Všetci ľudia sa rodia slobodní a sebe rovní, čo sa týka ich dôstojnosti a práv. Sú obdarení rozumom a majú navzájom jednať v bratskom duchu, ako je to podľa práva, ktoré už bolo prijaté.",
  sl: "Vsi ljudje se rodijo svobodni in imajo enako dostojanstvo in enake pravice. Obdarjeni so z razumom in vestjo in bi morali ravnati drug z drugim kakor bratje, kot je to že določeno.",
  hr: "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima. Ona su obdarena razumom i sviješću te trebaju jedno prema drugom postupati u duhu bratstva, kao što je već bilo rečeno.",
  et: "Kõik inimesed sünnivad vabadena ja võrdsetena oma väärikuselt ja õigustelt. Neile on antud mõistus ja südametunnistus ja nende suhtumist üksteisesse peab kandma vendluse vaim, mis ei ole uus.",
  lv: "Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā un tiesībās. Viņi ir apveltīti ar saprātu un sirdsapziņu, un viņiem jāizturas citam pret citu brālības garā, kā tas ir bijis.",
  sq: "Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta. Ata kanë arsye dhe ndërgjegje dhe duhet të sillen ndaj njëri tjetrit me frymë vëllazërimi.",
  is: "Hver maður er borinn frjáls og jafn öðrum að virðingu og réttindum. Menn eru gæddir vitsmunum og samvizku, og ber þeim að breyta bróðurlega hverjum við annan.",
  sr: "Сва људска бића рађају се слободна и једнака у достојанству и правима. Она су обдарена разумом и свешћу и треба једни према другима да поступају у духу братства.",
  bn: "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে। তাঁদের বিবেক এবং বুদ্ধি আছে।",
  ta: "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும், உரிமைகளிலும் சமமானவர்கள்.",
  te: "ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులును సమానులును నగుదురు.",
  th: "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
  lo: "ມະນຸດທຸກຄົນເກີດມາມີສິດເທົ່າທຽມກັນ ບໍ່ວ່າໃນດ້ານກຽດສັກສີ ຫລືສິດທິ",
  km: "មនុស្សទាំងអស់ កើតមកមានសេរីភាព និងសមភាព ក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិ",
  my: "လူတိုင်းသည် တူညီလွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့်လည်းကောင်း၊ တူညီလွတ်လပ်သော အခွင့်အရေးများဖြင့်လည်းကောင်း မွေးဖွားလာသူများ ဖြစ်သည်။",
  hy: "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։",
  ka: "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით.",
  ur: "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔ انہیں ضمیر اور عقل ودیعت ہوئی ہے۔",
  yi: "יעדער מענטש װערט געבױרן פֿרײַ און גלײַך אין כּבֿוד און רעכט. יעדער װערט באַשאָנקן מיט פֿאַרשטאַנד און געװיסן.",
};

test.each(Object.entries(declaration))("tells %s in capitals", (language, text) => {
  expect(detectLanguage(text.toUpperCase())).toBe(language);
});

test.each(Object.entries(declaration))("tells %s among figures, broken into lines", (language, text) => {
  const lines = text.split(" ").map((word, index) => (index % 5 ? word : `${word}\n${index * 1234.5}\t`));
  expect(detectLanguage(lines.join(" "))).toBe(language);
});

test.each(Object.entries(declaration))("knows %s again from a part", (language, text) => {
  expect([language, null]).toContain(detectLanguage(text, language));
});

test.each(Object.entries(declaration))("notices %s in an English document, or keeps silent", (language, text) => {
  expect([language, null]).toContain(detectLanguage(text, "en"));
});

test.each(["de", "fr", "es", "it", "pl", "ru", "ar", "ja", "zh", "ko", "el", "th"])(
  "notices a paragraph of %s in an English document, and of English in one of it",
  (language) => {
    const text = `${declaration[language]} `.repeat(2);
    expect(detectLanguage(text, "en")).toBe(language);
    expect(detectLanguage(`${declaration.en} `.repeat(2), language)).toBe("en");
  },
);

test("names and titles in another language are no part in it", () => {
  expect(
    detectLanguage("Ludwig van Beethoven, Die Weihe des Hauses; Le nozze di Figaro; La Traviata", "en"),
  ).toBeNull();
  expect(detectLanguage("[12] J. Müller und K. Weber. Zur Theorie der Gitter. Math. Ann., 1932.", "en")).not.toBe("nl");
  expect(detectLanguage("α + β = γ, where σ is the deviation and the λ of the sample is not known", "en")).toBe("en");
});

test("short texts are told by their script, or not at all", () => {
  expect(detectLanguage("東京都の天気予報")).toBe("ja");
  expect(detectLanguage("故宫博物院")).toBeNull();
  expect(detectLanguage("故宫博物院位于北京市中心")).toBe("zh");
  expect(detectLanguage("대한민국의 수도 서울")).toBe("ko");
  expect(detectLanguage("Annual Report")).toBeNull();
  expect(detectLanguage("ABC")).toBeNull();
});

test("most of a mixed text says what it is", () => {
  expect(detectLanguage(`${declaration.ja} PDF HTML JSON API 2020`)).toBe("ja");
  expect(detectLanguage(`${declaration.en} 東京`)).toBe("en");
  expect(detectLanguage(`${declaration.ko} 人權宣言 Universal Declaration`)).toBe("ko");
  expect(detectLanguage("目次 第一章 第二章 第三章 第四章 第五章", "ja")).toBe("ja");
});

test("Arabic in the forms of its letters is told as well", () => {
  expect(detectLanguage("ﺑﻨﻲ ﺍﻟﺠﺴﺮ ﺍﻟﻘﺪﻳﻢ ﺳﻨﺔ ﻋﻠﻰ ﺍﻟﻨﻬﺮ ﻭﻛﺎﻥ ﺟﺪﻳﺪﺍ")).toBe("ar");
});

test.each(Object.entries(declaration))("tells %s from two sentences", (language, text) => {
  expect(detectLanguage(text)).toBe(language);
});

test("says nothing about what is no language", () => {
  expect(detectLanguage("")).toBeNull();
  expect(detectLanguage("1 234,00\t17.5 %\n2 345,00\t18.1 %\n")).toBeNull();
  expect(detectLanguage("qxz vbn wrt plk jhg fds mnb zxc asd qwe rty uio lkj hgf dsa")).toBeNull();
});

test("tells the language of a report from its sentences though most of it is figures", () => {
  const table = "Revenue\t1,234.5\t1,198.0\nOperating income\t230.1\t215.9\n".repeat(5);
  expect(detectLanguage(`${table}The following table sets forth our results for the years ended.`)).toBe("en");
});

test("names a configuration of PostgreSQL, the plain one where there is none", () => {
  expect(textSearchConfig("en")).toBe("english");
  expect(textSearchConfig("de")).toBe("german");
  for (const language of ["ja", "pl", "constructor", "", null]) expect(textSearchConfig(language)).toBe("simple");
});
