// Questions that French sentences answer; a space that does not break stands before the question mark.
import { abbreviationIn, type Form } from "./sentence.ts";

const part = "[\\p{L}][\\p{L}\\p{N}-]*";
const group = `((?:L['’]|(?:Le|La|Les|Un|Une) )?${part}(?: (?:(?:de|du|des|d['’]|à|et) ?(?:la |l['’]|les )?)?${part}){0,4}?)`;
const vague =
  /^(?:il|elle|ils|elles|ce|cela|ça|ceci|on|nous|vous|je|cette|cet|ces|son|sa|ses|leur|leurs|notre|votre|nos|vos|tout|toute|tous|toutes|chaque|plusieurs|certains?|certaines?|autres?|même|figure|tableau|chapitre|section|exemple|note|page|ici|là|voici|dans|en|pour|par|si|quand|comme|objectif|but|résultat|problème|raison|entreprise|société|auteur|suite|fait|partie|qui|que|dont|où)$/i;

const lowered = (text: string) =>
  text.replace(/^(?:Le|La|Les|Un|Une)(?= )|^L(?=['’])/, (article) => article.toLowerCase());
const bare = (text: string) => text.replace(/^(?:Le|La|Les|Un|Une) |^L['’]/, "");

function usable(text: string): boolean {
  const [first = ""] = bare(text).split(" ");
  return (
    !vague.test(first) &&
    bare(text).length > 3 &&
    (/^(?:L['’]|Le |La |Les |Un |Une )/.test(text) || /^\p{Lu}/u.test(text))
  );
}
const ask = (text: string) => `${text}\u00a0?`;

const definition: Form = (sentence, words) => {
  const match = new RegExp(`^${group} est (?:un|une|le|la|l['’])(?: |(?<=['’]))(.{15,})$`, "u").exec(sentence);
  const [, who = "", rest = ""] = match ?? [];
  if (!match || !usable(who) || words.count(bare(who).split(" ")[0] ?? "") < 3) return null;
  if (/^(?:exemple|partie|raison|résultat|suite|conséquence|cas)\b/.test(rest)) return null;
  const what = /^\p{Lu}/u.test(lowered(who)) ? lowered(who) : lowered(who);
  return {
    kind: "definition",
    question: ask(/^[aeiouyéèêàâîôûh]|^un/iu.test(what) ? `Qu’est-ce qu’${what}` : `Qu’est-ce que ${what}`),
  };
};

const stems = "fondé|construit|créé|inauguré|ouvert|publié|conçu|découvert|inventé|lancé|signé|adopté|achevé|bâti";

const event: Form = (sentence) => {
  const match = new RegExp(
    `^${group} (a|ont) été (?:officiellement |d['’]abord )?((?:${stems})(?:e|s|es)?)(?!\\p{L})(.*)$`,
    "u",
  ).exec(sentence);
  const [, who = "", has = "", verb = "", rest = ""] = match ?? [];
  if (!match || !usable(who)) return null;
  const pronoun = `${/es?$/.test(verb) ? "elle" : "il"}${has === "ont" ? "s" : ""}`;
  const turned = `${lowered(who)} ${has === "ont" ? "ont-" : "a-t-"}${pronoun} été ${verb}`;
  if (/\b(?:en|le \d{1,2}(?:er)? \p{L}+) (?:1\d|20)\d\d\b/u.test(rest))
    return { kind: "event", question: ask(`Quand ${turned}`) };
  return /^ par (?:l['’]|la |le |les )?\p{Lu}/u.test(rest)
    ? { kind: "event", question: ask(`Par qui ${turned}`) }
    : null;
};

const place: Form = (sentence) => {
  const match = new RegExp(
    `^${group} (?:se (trouve(?:nt)?)|est située?) (?:à|au|en|dans|sur|près|entre|le long) `,
    "u",
  ).exec(sentence);
  const [, who = "", verb = "trouve"] = match ?? [];
  return match && usable(who) ? { kind: "place", question: ask(`Où se ${verb} ${lowered(who)}`) } : null;
};

const how: Form = (sentence) => {
  const match =
    /^Pour (\p{Ll}{3,}(?:er|ir|re) [^,;:.()]{4,50}), (?:il (?:faut|suffit)|veuillez|vous devez|\p{Ll}+ez)\b/u.exec(
      sentence,
    );
  const what = match?.[1] ?? "";
  return match && !/\b(?:vous|votre|vos|cela|ce|cette|ces|il|elle|être|avoir)\b/.test(what)
    ? { kind: "how", question: ask(`Comment ${what}`) }
    : null;
};

const purpose: Form = (sentence) => {
  const match =
    /^(?:L['’](objectif)|Le (but)) de (cette (?:étude|thèse|enquête|recherche|politique)|ce (?:rapport|guide|document|projet|mémoire|travail)) est\b/.exec(
      sentence,
    );
  return match
    ? { kind: "purpose", question: ask(`Quel est ${match[1] ? "l’objectif" : "le but"} de ${match[3]}`) }
    : null;
};

const abbreviation: Form = (sentence, words) => {
  const short = abbreviationIn(sentence);
  return short && words.count(short) >= 3 ? { kind: "name", question: ask(`Que signifie le sigle ${short}`) } : null;
};

export const french: Form[] = [how, event, definition, place, purpose, abbreviation];
