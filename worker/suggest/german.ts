// Questions that German sentences answer.
import { abbreviationIn, type Form } from "./sentence.ts";

const noun = "\\p{Lu}[\\p{L}\\p{N}-]+";
const name = `(?:(?:Der|Die|Das) )?${noun}(?: (?:(?:der|des|von|vom|zu|am|für) )?(?:(?:der|des|dem|den) )?${noun}){0,3}`;
/** Points elsewhere, or counts. */
const vague =
  /^(?:Es|Er|Sie|Dies|Diese[rsmn]?|Jene[rsmn]?|Das|Der|Die|Wir|Man|Hier|Dort|Dabei|Dazu|Dann|Danach|Dadurch|Damit|Alle|Beide|Einige|Viele|Eine[rs]?|Kein|Keine|Abbildung|Tabelle|Kapitel|Abschnitt|Beispiel|Satz|Beweis|Anmerkung|Bemerkung|Aufgabe|Seite|Sei|Seien|Sein|Seine|Ihre?|Unser|Unsere|Wenn|Ist|Sind|Unternehmen|Ergebnis|Grund|Ziel|Fall)$/;

const lowered = (text: string) => text.replace(/^(?:Der|Die|Das|Ein|Eine)(?= )/, (article) => article.toLowerCase());
const bare = (text: string) => text.replace(/^(?:Der|Die|Das|Ein|Eine) /, "");
const usable = (text: string) => !vague.test(bare(text).split(" ")[0] ?? "") && bare(text).length > 3;

const definition: Form = (sentence, words) => {
  const match = new RegExp(
    `^((?:Ein|Eine|Der|Die|Das) ${noun}(?: ${noun})?|${noun}) ist (?:ein|eine|der|die|das|eines der|eine der) (.{15,})$`,
    "u",
  ).exec(sentence);
  const [, who = "", rest = ""] = match ?? [];
  if (!match || !usable(who) || words.count(bare(who).split(" ").at(-1) ?? "") < 3) return null;
  return /^(?:\p{Ll}+e[rsn]? )?(?:Beispiel|Grund|Folge|Ergebnis|Teil|Fall)\b/u.test(rest)
    ? null
    : { kind: "definition", question: `Was ist ${lowered(who)}?` };
};

const verbs =
  "gegründet|erbaut|gebaut|eröffnet|errichtet|veröffentlicht|entwickelt|eingeführt|erfunden|entdeckt|geboren|fertiggestellt|entworfen|verabschiedet|unterzeichnet";

const event: Form = (sentence) => {
  const match = new RegExp(`^(${name}) wurden? (.{0,80}?)\\b(${verbs})\\b`, "u").exec(sentence);
  const [, who = "", between = "", verb = ""] = match ?? [];
  if (!match || !usable(who) || /[,;]/.test(between)) return null;
  const was = / wurden /.test(match[0]) ? "wurden" : "wurde";
  if (/\b(?:1\d|20)\d\d\b/.test(between)) return { kind: "event", question: `Wann ${was} ${lowered(who)} ${verb}?` };
  return /\bvon (?:der |dem )?\p{Lu}/u.test(between)
    ? { kind: "event", question: `Von wem ${was} ${lowered(who)} ${verb}?` }
    : null;
};

const figure: Form = (sentence) => {
  const match = new RegExp(
    `^((?:Der|Die|Das) ${noun}(?: (?:der|des|von) (?:\\p{Ll}+ )?${noun})?) (?:betrug|lag|belief sich)\\b(.*)$`,
    "u",
  ).exec(sentence);
  const [, who = "", rest = ""] = match ?? [];
  const year = /\b(?:1[89]|20)\d\d\b/.exec(rest)?.[0];
  return match && usable(who) && year && /\d|Million|Milliarde|Prozent/.test(rest.replace(year, ""))
    ? { kind: "figure", question: `Wie hoch war ${lowered(who)} im Jahr ${year}?` }
    : null;
};

const share: Form = (sentence) => {
  const match =
    /^(?:(?:Rund|Etwa|Fast|Knapp|Nur|Über|Mehr als) )?\d+(?:,\d+)? ?(?:%|Prozent) (der \p{Lu}\p{L}+ [^.,;:()„“]{8,70})[.]$/u.exec(
      sentence,
    );
  return match ? { kind: "share", question: `Wie viel Prozent ${match[1]}?` } : null;
};

const place: Form = (sentence) => {
  const match = new RegExp(
    `^(${name}) (liegt|liegen|befindet sich|befinden sich) (?:in|im|am|an|auf|bei|neben|zwischen|nahe|südlich|nördlich|östlich|westlich)\\b`,
    "u",
  ).exec(sentence);
  const [, who = "", verb = ""] = match ?? [];
  if (!match || !usable(who)) return null;
  const [first = "", reflexive] = verb.split(" ");
  return { kind: "place", question: `Wo ${first} ${reflexive ? `${reflexive} ` : ""}${lowered(who)}?` };
};

const how: Form = (sentence) => {
  const match =
    /^Um ([^,;:.()]{4,50}?) (?:zu (\p{Ll}+n)|(\p{Ll}+?)zu(\p{Ll}+en)), (?:drücken|klicken|wählen|öffnen|stellen|schließen|gehen|halten|drehen|tippen|verwenden|geben|ziehen|schalten|nehmen|setzen|muss|müssen|können)\b/u.exec(
      sentence,
    );
  if (!match) return null;
  const [, what = "", plain, before = "", after = ""] = match;
  if (/\b(?:es|sie|dies\p{L}*|Sie|Ihr\p{L}*|ihn)\b/u.test(what)) return null;
  return { kind: "how", question: `Wie kann ich ${what} ${plain ?? before + after}?` };
};

const purpose: Form = (sentence) => {
  const match =
    /^(?:Das )?Ziel (dieser (?:Arbeit|Studie|Untersuchung|Richtlinie|Broschüre)|dieses (?:Berichts|Buches|Projekts|Dokuments|Skripts)) ist\b/.exec(
      sentence,
    );
  return match ? { kind: "purpose", question: `Was ist das Ziel ${match[1]}?` } : null;
};

const abbreviation: Form = (sentence, words) => {
  const short = abbreviationIn(sentence);
  return short && words.count(short) >= 3 ? { kind: "name", question: `Wofür steht die Abkürzung ${short}?` } : null;
};

export const german: Form[] = [how, figure, share, event, definition, place, purpose, abbreviation];
