// For tests: small documents, and conversations about them that somebody might have, with the page that each answer stands on.

export interface MadeDocument {
  title: string;
  language: string;
  pages: string[];
}

/** Pages by the names that the conversations call them. */
export const documents: Record<string, MadeDocument> = {
  northwind: {
    title: "Northwind Annual Report",
    language: "en",
    pages: [
      "Revenue\nThe revenue of Northwind was 40 million dollars in 2022.\nSales of bicycles grew in every region.",
      "Earlier years\nIn 2021 the revenue of Northwind was 31 million dollars.\nSales of helmets fell.",
      "The year 2020\nNorthwind earned a revenue of 28 million dollars in 2020.\nThe shops were closed for two months.",
      "History\nNorthwind was founded by Anna Berg and Tom Hale in Leeds.\nThe first shop opened on Mill Street.",
      "Anna Berg\nAnna Berg was born in 1951 in Bergen.\nShe studied engineering and raced bicycles.",
      "People\nThe number of employees of Northwind was 310 in 2022 and 290 in 2021.\nThe chief executive is Maria Ortiz.",
      "Shops in Leeds\nThe shop in Leeds employs 40 people.\nIts workshop is open on weekdays.",
      "Shops in York\nThe shop in York employs 25 people.\nIts workshop is closed on Mondays.",
      "Why revenue grew\nRevenue could grow in 2022 because cities built new bicycle lanes and fuel was dear.",
      "Warranty\nThe warranty on a bicycle frame lasts ten years.\nThe warranty covers cracks and welds.",
      "Recall\nThe brake of the model Falcon was recalled in May.\nOwners were paid 30 dollars each.",
    ],
  },
  ulta: {
    title: "Ulta Annual Report",
    language: "en",
    pages: [
      "Revenue\nThe revenue of Ulta was 10 billion dollars in 2022.\nSales of perfume grew.",
      "Stores\nUlta operates 1,355 stores.\nThe chief executive of Ulta is Dave Kimbell.",
      "History\nUlta was founded by Richard George in Bolingbrook.\nThe first store opened in 1990.",
      "The year 2021\nIn 2021 the revenue of Ulta was 8.6 billion dollars.\nStores opened again.",
    ],
  },
  herbs: {
    title: "Herbs at home",
    language: "en",
    pages: [
      "Basil\nThe pot for basil should be 15 cm deep.\nBasil needs six hours of light a day.",
      "Mint\nThe pot for mint should be 20 cm deep.\nMint needs three hours of light a day.",
      "Parsley\nThe pot for parsley should be 25 cm deep.\nParsley needs four hours of light a day.",
      "Photosynthesis\nPhotosynthesis is the process by which plants turn light into sugar.",
      "Principles\nThe first principle of watering is patience. Water seeps slowly.",
      "More principles\nThe second principle of watering is drainage. Roots must not stand in water.",
      "Pests\nThe worst pests are aphids, mites and snails.",
      "Mites\nSoap water gets rid of mites.\nThey dislike damp air.",
      "Snails\nSnails are fought with copper bands.",
    ],
  },
  werk: {
    title: "Bericht der Talwerke",
    language: "de",
    pages: [
      "Umsatz\nDer Umsatz der Talwerke betrug 2022 vierzig Millionen Euro.\nDie Nachfrage nach Pumpen stieg.",
      "Vorjahr\nIm Jahr 2021 lag der Umsatz der Talwerke bei dreißig Millionen Euro.\nEs fehlte an Stahl.",
      "Geschichte\nDie Talwerke wurden von Karl Lenz gegründet.\nDas erste Gebäude stand in Ulm.",
      "Garantie\nDie Garantie auf eine Pumpe beträgt fünf Jahre.\nDie Garantie auf einen Motor beträgt zwei Jahre.",
      "Kantine\nDie Kantine öffnet um elf Uhr.\nSie liegt neben dem Tor.",
      "Beschäftigte\nIn Ulm arbeiten 120 Menschen.\nIn Hagen arbeiten 80 Menschen.",
    ],
  },
  musee: {
    title: "Le musée du verre",
    language: "fr",
    pages: [
      "Histoire\nLe musée du verre a été fondé par Claire Aubin à Nancy.\nIl occupe une ancienne usine.",
      "Visiteurs\nLe musée a accueilli 40 000 visiteurs en 2022.\nLes enfants entrent gratuitement.",
      "Année 2021\nEn 2021, le musée a accueilli 12 000 visiteurs.\nLe verre manquait tout l’hiver.",
      "Horaires\nLe musée est ouvert de neuf heures à dix-huit heures.\nIl est fermé le mardi.",
      "La directrice\nClaire Aubin est née à Metz en 1948.\nElle a soufflé le verre toute sa vie.",
    ],
  },
  puerto: {
    title: "El puerto",
    language: "es",
    pages: [
      "Carga\nEl puerto movió 9 millones de toneladas en 2022.\nLa mayor parte fue trigo.",
      "Año 2021\nEn 2021 el puerto movió 7 millones de toneladas.\nHubo una huelga larga.",
      "Historia\nEl puerto fue diseñado por Elena Ruiz.\nLas obras duraron seis años.",
      "La ingeniera\nElena Ruiz nació en Cádiz en 1902.\nEstudió en Madrid.",
    ],
  },
  tower: {
    title: "青空塔",
    language: "ja",
    pages: [
      "青空塔の高さは三百メートルである。展望台は二つある。",
      "2021年の来場者数は五十万人であった。雨の日が多かった。",
      "2022年の来場者数は九十万人であった。花火が人気だった。",
      "青空塔は山田一郎が設計した。工事は四年かかった。",
    ],
  },
  bridge: {
    title: "长桥",
    language: "zh",
    pages: [
      "长桥的长度是一千二百米。桥面铺有石板。",
      "2021年长桥的通行费收入是三百万元。车辆减少了。",
      "2022年长桥的通行费收入是五百万元。车辆增加了。",
      "长桥由李明设计。他毕业于南京。",
    ],
  },
};

export interface Conversation {
  /** Documents that it is asked of; the first is answered from. */
  scope: string[];
  /** Each question before the last, and the page (of the first document in scope) that answers it. */
  before: [question: string, page: number][];
  question: string;
  /** Of which document, from 1. */
  page: number;
  /** Where another document answers than before. */
  document?: string;
}

const both = ["northwind", "ulta"];
const one = (scope: string, before: Conversation["before"], question: string, page: number): Conversation => ({
  scope: [scope],
  before,
  question,
  page,
});

/** The last question means something by the turns before it alone. */
export const followUps: Conversation[] = [
  one("northwind", [["What was the revenue of Northwind in 2022?", 1]], "and in 2021?", 2),
  one(
    "northwind",
    [
      ["What was the revenue of Northwind in 2022?", 1],
      ["And in 2021?", 2],
    ],
    "and in 2020?",
    3,
  ),
  one("northwind", [["What was the revenue in 2021?", 2]], "2020?", 3),
  one("northwind", [["What was the revenue of Northwind in 2022?", 1]], "Why did it grow?", 9),
  one("northwind", [["Did revenue grow in 2022?", 9]], "why?", 9),
  one("northwind", [["Who founded Northwind?", 4]], "When was she born?", 5),
  one(
    "northwind",
    [
      ["Who founded Northwind?", 4],
      ["When was Anna Berg born?", 5],
    ],
    "Where?",
    5,
  ),
  one(
    "northwind",
    [
      ["Who founded Northwind?", 4],
      ["When was Anna Berg born?", 5],
    ],
    "And what did she study?",
    5,
  ),
  one("northwind", [["How many people work in the shop in Leeds?", 7]], "And in York?", 8),
  one("northwind", [["How many people work in the shop in Leeds?", 7]], "What about York?", 8),
  one("northwind", [["When is the workshop in York closed?", 8]], "Which days is the one in Leeds open?", 7),
  one("northwind", [["How long does the warranty on a frame last?", 10]], "What does it cover?", 10),
  one("northwind", [["Which brake was recalled?", 11]], "How much were the owners paid for it?", 11),
  one("northwind", [["How many employees were there in 2022?", 6]], "And who leads them?", 6),
  {
    scope: both,
    before: [["What was the revenue of Northwind in 2022?", 1]],
    question: "What about Ulta?",
    document: "ulta",
    page: 1,
  },
  {
    scope: both,
    before: [["What was the revenue of Northwind in 2022?", 1]],
    question: "and of Ulta in 2021?",
    document: "ulta",
    page: 4,
  },
  { scope: both, before: [["Who founded Ulta?", 7]], question: "And Northwind?", document: "northwind", page: 4 },
  {
    scope: ["ulta", "northwind"],
    before: [["How many stores does Ulta operate?", 2]],
    question: "Who founded it?",
    document: "ulta",
    page: 3,
  },
  {
    scope: ["ulta", "northwind"],
    before: [["How many stores does Ulta operate?", 2]],
    question: "Who is its chief executive?",
    document: "ulta",
    page: 2,
  },
  {
    scope: ["northwind", "ulta"],
    before: [
      ["Who is the chief executive of Ulta?", 2],
      ["And of Northwind?", 6],
    ],
    question: "Who founded it?",
    document: "northwind",
    page: 4,
  },
  {
    scope: ["ulta", "northwind"],
    before: [
      ["How much was the revenue of Ulta in 2022?", 1],
      ["and in 2021?", 4],
    ],
    question: "and Northwind?",
    document: "northwind",
    page: 2,
  },
  one("herbs", [["How deep should the pot for basil be?", 1]], "and for mint?", 2),
  one(
    "herbs",
    [
      ["How deep should the pot for basil be?", 1],
      ["and for mint?", 2],
    ],
    "and parsley?",
    3,
  ),
  one("herbs", [["How much light does mint need?", 2]], "How deep should its pot be?", 2),
  one("herbs", [["What is the first principle of watering?", 5]], "and the second one?", 6),
  one("herbs", [["What are the worst pests?", 7]], "How do I get rid of the second one?", 8),
  one("herbs", [["What are the worst pests?", 7]], "And the last one, how is it fought?", 9),
  one("herbs", [["What gets rid of mites?", 8]], "What else do they dislike?", 8),
  one("werk", [["Wie hoch war der Umsatz der Talwerke 2022?", 1]], "und 2021?", 2),
  one("werk", [["Wie viele Menschen arbeiten in Ulm?", 6]], "Und in Hagen?", 6),
  one("werk", [["Wann öffnet die Kantine?", 5]], "Wo liegt sie?", 5),
  one("werk", [["Wie hoch war der Umsatz der Talwerke 2022?", 1]], "Wer hat sie gegründet?", 3),
  one("werk", [["Wie lange gilt die Garantie auf eine Pumpe?", 4]], "Und auf einen Motor?", 4),
  one("musee", [["Combien de visiteurs le musée a-t-il accueillis en 2022 ?", 2]], "et en 2021 ?", 3),
  one("musee", [["Qui a fondé le musée du verre ?", 1]], "Où est-elle née ?", 5),
  one("musee", [["Qui a fondé le musée du verre ?", 1]], "Et quand est-il ouvert ?", 4),
  one("puerto", [["¿Cuántas toneladas movió el puerto en 2022?", 1]], "¿y en 2021?", 2),
  one("puerto", [["¿Quién diseñó el puerto?", 3]], "¿Dónde nació ella?", 4),
  one("tower", [["2022年の来場者数は？", 3]], "では2021年は？", 2),
  one("tower", [["青空塔の高さは何メートルですか？", 1]], "それは誰が設計しましたか？", 4),
  one("bridge", [["2022年长桥的通行费收入是多少？", 3]], "那2021年呢？", 2),
  one("bridge", [["长桥的长度是多少？", 1]], "它是谁设计的？", 4),
];

/** The last question has nothing to do with the turns before it, or says all of it again. */
export const newTopics: Conversation[] = [
  one(
    "northwind",
    [["What was the revenue of Northwind in 2022?", 1]],
    "How long does the warranty on a bicycle frame last?",
    10,
  ),
  one("northwind", [["What was the revenue of Northwind in 2022?", 1]], "When was Anna Berg born?", 5),
  one("northwind", [["Who founded Northwind?", 4]], "How many people does the shop in York employ?", 8),
  one("northwind", [["When was Anna Berg born?", 5]], "Which model was recalled in May?", 11),
  one("northwind", [["How many people work in the shop in Leeds?", 7]], "What was the revenue in 2020?", 3),
  one("northwind", [["How long does the warranty last?", 10]], "How many employees were there in 2022?", 6),
  one("northwind", [["Who founded Northwind?", 4]], "What does the warranty that is given on frames cover?", 10),
  {
    scope: both,
    before: [["What was the revenue of Northwind in 2022?", 1]],
    question: "How many stores does Ulta operate?",
    document: "ulta",
    page: 2,
  },
  {
    scope: both,
    before: [["How many people work in the shop in Leeds?", 7]],
    question: "Who founded Ulta?",
    document: "ulta",
    page: 3,
  },
  {
    scope: ["ulta", "northwind"],
    before: [["Who founded Ulta?", 3]],
    question: "Which brake was recalled in May?",
    document: "northwind",
    page: 11,
  },
  one("herbs", [["How deep should the pot for basil be?", 1]], "What is photosynthesis?", 4),
  one("herbs", [["What is the first principle of watering?", 5]], "How are snails fought?", 9),
  one("herbs", [["What are the worst pests?", 7]], "How much light does parsley need?", 3),
  one("herbs", [["What gets rid of mites?", 8]], "Is there a rule that says water seeps slowly?", 5),
  one("werk", [["Wie hoch war der Umsatz der Talwerke 2022?", 1]], "Wann öffnet die Kantine?", 5),
  one("werk", [["Wo liegt die Kantine?", 5]], "Wer hat die Talwerke gegründet?", 3),
  one("werk", [["Wer hat die Talwerke gegründet?", 3]], "Wie lange gilt die Garantie auf einen Motor?", 4),
  one("musee", [["Qui a fondé le musée du verre ?", 1]], "Quel jour le musée est-il fermé ?", 4),
  one("musee", [["Combien de visiteurs le musée a-t-il accueillis en 2022 ?", 2]], "Où est née Claire Aubin ?", 5),
  one("puerto", [["¿Quién diseñó el puerto?", 3]], "¿Cuántas toneladas movió el puerto en 2021?", 2),
  one("puerto", [["¿Cuántas toneladas movió el puerto en 2022?", 1]], "¿Dónde estudió Elena Ruiz?", 4),
  one("tower", [["2022年の来場者数は？", 3]], "青空塔は誰が設計しましたか？", 4),
  one("bridge", [["长桥的长度是多少？", 1]], "2022年长桥的通行费收入是多少？", 3),
];
