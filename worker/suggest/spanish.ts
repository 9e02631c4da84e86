// Questions that Spanish sentences answer.
import { abbreviationIn, type Form } from "./sentence.ts";

const part = "[\\p{L}][\\p{L}\\p{N}-]*";
const group = `((?:(?:El|La|Los|Las|Un|Una) )?${part}(?: (?:(?:de|del|y|a) (?:la |el |los |las )?)?${part}){0,4}?)`;
const vague =
  /^(?:él|ella|ellos|ellas|esto|eso|este|esta|estos|estas|ese|esa|aquel|aquella|su|sus|nuestro|nuestra|uno|una|otro|otra|otros|otras|cada|todo|toda|todos|todas|algunos?|algunas?|muchos?|muchas?|mismo|misma|figura|tabla|capítulo|sección|ejemplo|nota|página|aquí|allí|en|para|por|si|cuando|como|objetivo|resultado|problema|razón|empresa|compañía|autor|autora|parte|que|quien|donde|no|se|lo|le)$/i;

const lowered = (text: string) => text.replace(/^(?:El|La|Los|Las|Un|Una)(?= )/, (article) => article.toLowerCase());
const bare = (text: string) => text.replace(/^(?:El|La|Los|Las|Un|Una) /, "");

function usable(text: string): boolean {
  const [first = ""] = bare(text).split(" ");
  return !vague.test(first) && bare(text).length > 3;
}

const definition: Form = (sentence, words) => {
  const match = new RegExp(`^${group} es (?:un|una|el|la) (.{15,})$`, "u").exec(sentence);
  const [, who = "", rest = ""] = match ?? [];
  if (!match || !usable(who) || words.count(bare(who).split(" ")[0] ?? "") < 3) return null;
  if (/^(?:ejemplo|parte|razón|resultado|consecuencia|caso)\b/.test(rest)) return null;
  const what = lowered(who);
  return {
    kind: "definition",
    question: `¿Qué es ${/^(?:el|la|los|las|un|una) /.test(what) ? what : words.within(what)}?`,
  };
};

const preterites: Record<string, string> = {
  fundad: "fundó",
  construid: "construyó",
  cread: "creó",
  diseñad: "diseñó",
  inventad: "inventó",
  descubiert: "descubrió",
  escrit: "escribió",
};
const stems =
  "fundad|construid|cread|diseñad|inventad|descubiert|escrit|inaugurad|publicad|firmad|aprobad|abiert|terminad";

const event: Form = (sentence) => {
  const match = new RegExp(`^${group} (fue|fueron) (?:oficialmente )?((${stems})(?:os|as|o|a))\\b(.*)$`, "u").exec(
    sentence,
  );
  const [, who = "", was = "", verb = "", stem = "", rest = ""] = match ?? [];
  if (!match || !usable(who)) return null;
  if (/\b(?:en|de) (?:1\d|20)\d\d\b/.test(rest))
    return { kind: "event", question: `¿Cuándo ${was} ${verb} ${lowered(who)}?` };
  const active = preterites[stem];
  return active && /^ por (?:el |la )?\p{Lu}/u.test(rest)
    ? { kind: "event", question: `¿Quién ${active} ${lowered(who)}?` }
    : null;
};

const place: Form = (sentence) => {
  const match = new RegExp(
    `^${group} (se encuentran?|está(?:n)? situad[oa]s?|está(?:n)? ubicad[oa]s?) (?:en|al|a|cerca|entre|junto)\\b`,
    "u",
  ).exec(sentence);
  const [, who = "", verb = ""] = match ?? [];
  return match && usable(who) ? { kind: "place", question: `¿Dónde ${verb} ${lowered(who)}?` } : null;
};

const how: Form = (sentence) => {
  const match =
    /^Para (\p{Ll}{3,}(?:ar|er|ir) [^,;:.()]{4,50}), (?:pulse|presione|haga|seleccione|abra|gire|conecte|inserte|use|utilice|vaya|mantenga|debe|hay que|introduzca|retire|elija|toque)\b/u.exec(
      sentence,
    );
  const what = (match?.[1] ?? "").replace(/\bsu\b/g, "mi").replace(/\bsus\b/g, "mis");
  return match && !/\b(?:esto|este|esta|eso|usted|lo|ello)\b/.test(what)
    ? { kind: "how", question: `¿Cómo puedo ${what}?` }
    : null;
};

const purpose: Form = (sentence) => {
  const match =
    /^El (objetivo|propósito) de (est[ea] (?:estudio|informe|guía|documento|proyecto|trabajo|encuesta|política|tesis)) es\b/.exec(
      sentence,
    );
  return match ? { kind: "purpose", question: `¿Cuál es el ${match[1]} de ${match[2]}?` } : null;
};

const abbreviation: Form = (sentence, words) => {
  const short = abbreviationIn(sentence);
  return short && words.count(short) >= 3 ? { kind: "name", question: `¿Qué significan las siglas ${short}?` } : null;
};

export const spanish: Form[] = [how, event, definition, place, purpose, abbreviation];
