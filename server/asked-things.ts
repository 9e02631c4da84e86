// Two questions whose answer stands beside a word of theirs: who holds an office, and how many there are of a thing. Pure.
import { distanceWithin } from "./spelling.ts";
import { familyOf } from "./word-families.ts";

/** An office, or what somebody is to something: a text that names who holds it has the name beside it. */
export interface Office {
  pattern: RegExp;
  /** Words that a text may have for it beside the question's own. */
  otherwise: string[];
  /** Its abbreviation, where it has one. */
  short: string | null;
  /** It is one that texts name as it is asked for: without it there is no answer. */
  isTitle: boolean;
  /** What somebody did, which texts tell in many words: a name beside it says less. */
  isDeed?: true;
}

/** A thing that is counted. */
export interface Counted {
  pattern: RegExp;
}

const abbreviations: Record<string, string> = {
  ceo: "chief executive officer",
  cfo: "chief financial officer",
  coo: "chief operating officer",
  cto: "chief technology officer",
  cio: "chief information officer",
  cmo: "chief marketing officer",
  cpo: "chief product officer",
  cso: "chief strategy officer",
  vp: "vice president",
  evp: "executive vice president",
  svp: "senior vice president",
};
/** What the continent's languages call them. */
const elsewhere: Record<string, string> = {
  pdg: "chief executive officer",
  geschäftsführer: "chief executive officer",
  geschäftsführerin: "chief executive officer",
  vorstandsvorsitzende: "chief executive officer",
  vorstandsvorsitzender: "chief executive officer",
  finanzvorstand: "chief financial officer",
};
const spelled = new Map(Object.entries(abbreviations).map(([short, long]) => [long, short]));
/** What the holders of one office are called. */
const variants: Record<string, string> = {
  chair: "chair(?:man|woman|person)?",
  chairman: "chair(?:man|woman|person)?",
  chairwoman: "chair(?:man|woman|person)?",
  chairperson: "chair(?:man|woman|person)?",
  founder:
    "(?:co-?)?founders?|(?:co-?)?founded|established by|established in \\d{4} by|started by|set up by|created by",
  auditor: "auditors?|independent registered public accounting firm",
};

const title =
  /\b(?:chief|officer|president|chair(?:man|woman|person)?|director|dean|chancellor|provost|rector|treasurer|secretary|minister|mayor|governor|ambassador|commissioner|auditor|counsel)$|^chief\b/;

const whoIs =
  /\bwho(?:['’]s| is| was| are| were) (?:the |your |our |its |their |[\p{L}’']+['’]s? )?(?:current |present |new |acting )?((?:[\p{L}&-]+ ){0,3}?[\p{L}&-]+?)s?(?=\s*(?:[?.!,]|$)|\s(?:of|for|at|in|on|to|with|during|now|currently)\b)/iu;
const whoHolds = /\b(?:name of|names?) the ((?:[\p{L}-]+ ){0,3}?[\p{L}-]+)(?=\s*(?:[?.!,]|$)|\s(?:of|for|at|in)\b)/iu;
/** Whoever runs a company is its chief executive, in most texts. */
const whoRuns =
  /\bwho (?:runs|heads|is (?:the boss of|in charge of|running|heading)) (?:it\b|the (?:company|firm|business|group)\b|\p{Lu})|\bwho (?:leads|manages|is leading) the (?:company|firm|business|group)\b|\bwer (?:leitet|führt) (?:die firma|das unternehmen|\p{Lu})/u;
const whoFounded = /\bwho (?:co-?)?(?:founded|started|established)\b/i;
/** Of the continent's languages, an office is mostly its abbreviation. */
const wer =
  /\b(?:wer ist|wer war|qui est|quién es|chi è|wie is) (?:der |die |das |le |la |el |il |de |l['’])?([\p{L}-]+)/iu;

/** The office that a question asks for the holder of; null where it asks for none. */
export function officeAsked(question: string): Office | null {
  const runs = whoRuns.test(question.replace(/^\W*W/, "w"));
  const asked = whoFounded.test(question)
    ? "founder"
    : runs
      ? "ceo"
      : (whoIs.exec(question) ?? whoHolds.exec(question) ?? wer.exec(question))?.[1]?.toLowerCase();
  if (!asked) return deedAsked(question);
  if (/^(?:he|she|it|they|you|this|that|there|who|i|we)$/.test(asked)) return null;
  const meant = spelled.has(asked) ? undefined : [...spelled.keys()].find((known) => isNearly(asked, known));
  const long = elsewhere[asked] ?? abbreviations[asked] ?? meant ?? asked;
  const short = spelled.get(long);
  const names = [
    variants[long] ?? escaped(long),
    ...(short ? [short] : []),
    ...(elsewhere[asked] ? [escaped(asked)] : []),
  ];
  const otherwise = asked === long ? (short ? [short] : []) : long.split(" ");
  return {
    pattern: wholeWords(names),
    short: elsewhere[asked] ? asked : (short ?? null),
    // Who runs something may be told without any title.
    isTitle: !runs && (title.test(long) || long === "founder"),
    otherwise: long === "founder" ? ["founder", "cofounder", "co-founder"] : otherwise,
  };
}

/** A question that asks who holds an office, asked of the office that another names in its place; null where either names none. */
export function officeReplaced(question: string, other: string): string | null {
  const named =
    /^\s*(?:the |your |our |its |their |der |die |das |le |la |el |il |de )?([\p{L}& -]+?)\s*[?.!]*\s*$/iu.exec(
      other,
    )?.[1];
  if (!named || !isOffice(named.toLowerCase())) return null;
  const [found, office] = whoIs.exec(question) ?? wer.exec(question) ?? [];
  if (!found || !office || !isOffice(office.toLowerCase().replace(/s$/, ""))) return null;
  return question.replace(found, () => found.replace(office, () => named));
}

const isOffice = (name: string) => name in abbreviations || name in elsewhere || name in variants || title.test(name);

const whoDid =
  /^\W*who (?:first |originally |also |actually )?(?!(?:is|are|was|were|be|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would|else|in|at|on|from|among)\b)(\p{Ll}{3,})\b/iu;

/** "Who discovered oxygen?" is answered where a name stands beside that verb. */
function deedAsked(question: string): Office | null {
  const verb = whoDid.exec(question)?.[1]?.toLowerCase();
  if (!verb) return null;
  return { pattern: wholeWords([escaped(verb)]), short: null, isTitle: false, otherwise: [], isDeed: true };
}

const wholeWords = (names: string[]) => new RegExp(`(?<![\\p{L}])(?:${names.join("|")})(?![\\p{L}])`, "giu");

/** As a pattern of Unicode, which allows no other escapes. */
export const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/[ -]/g, "[\\s-]+");

/** Words in capitals that are no person's. */
const noPerson =
  "(?:Chief|Executive|Financial|Operating|Officer|President|Vice|Senior|Managing|Director|Chair\\p{L}*|Board|Principal|General|Counsel|Secretary|Treasurer|Company|Inc|Corp\\p{L}*|Ltd|LLC|LLP|Section|Rule|Act|Form|Exhibit|Certifications?|Pursuant|Annual|Report|Date|Title|Name|Our|The|We|In|On|Of|And|For|From|By|As|Our|His|Her|Prior|Before|January|February|March|April|May|June|July|August|September|October|November|December)\\b";
/** A name, within an expression that knows letters. */
export const person = `(?:(?:Mr|Ms|Mrs|Dr|Prof)\\.? \\p{Lu}[\\p{L}'’-]+|(?!${noPerson})\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}\\.?)?(?: (?:de|van|von|der|al|bin|la) )?(?: (?!${noPerson})\\p{Lu}[\\p{L}'’-]+){1,2})`;
/** Auditors are firms. */
const holder = `(?:${person}|\\p{Lu}[\\p{L}&]+(?: (?:&|\\p{Lu}[\\p{L}]+)){0,3} LLP)`;
const anyHolder = new RegExp(holder, "gu");
/** What may stand between a name and an office, beside short words and figures: titles, an age, how somebody came to it. */
const between = new Set(
  (
    "and the our its his her their was has been who serve serves served currently also appointed named elected became since " +
    "joined us company age und Chief Executive Financial Operating Technology Legal Accounting Finance Corporate Officer " +
    "President Vice VP EVP SVP Secretary Treasurer Counsel Senior Managing Director Directors Board Principal General " +
    "Position Positions Title Founder January February March April May June July August September October November December"
  ).split(" "),
);
const pieces = /\p{L}+|\d+|[\s,;:()|/…–—-]+|./gsu;

/** Whether a name ends a text, but for what may stand between it and an office. Each piece is looked at once. */
function endsInHolder(text: string): boolean {
  const found = [...text.matchAll(pieces)];
  let from = text.length;
  for (let at = found.length - 1; at >= 0; at--) {
    const [piece = ""] = found[at] ?? [];
    // "joined Northwind"
    const isJoined = /^\p{Lu}/u.test(piece) && found[at - 2]?.[0] === "joined";
    const passes = /^(?:\p{Ll}{1,2}|Chair\p{L}*|\d+|[\s,;:()|/…–—-]+)$/u.test(piece) || between.has(piece) || isJoined;
    if (!passes) break;
    from = found[at]?.index ?? from;
  }
  return [...text.matchAll(anyHolder)].some(({ 0: name, index }) => index + name.length >= from);
}

const beginsAfter = new RegExp(
  `^(?:,? (?:and|und|et) [\\p{L}-]+(?: [\\p{L}-]+)?)?[,:]? ?(?:is |was |ist |by |von |par |\\|)?(?:\\p{Ll}+ly )?(?:by )?(?=${holder})`,
  "u",
);
const reach = 120;
const deedWorth = 0.4;
const founderAlone = 0.5;
const past =
  /\b(?:former(?:ly)?|previous(?:ly)?|prior to|earlier|until|(?:from|between) (?:\p{L}+ )?\d{4} (?:to|and|until)|before that|had been)\b/iu;
/** Of another: "CEO of AppDynamics", "chair of the Mills Foundation", "Figma’s Chief Executive Officer". */
const ofAnother =
  /^\s(?:of|at|for)\s(?:the\s)?(?!Board\b|Directors\b|Company\b)(\p{Lu}[\p{L}&]+(?: (?:of )?\p{Lu}[\p{L}&]+){0,4})/u;
/** "Ada Brook founded Tailspin" tells nothing of who founded Northwind. */
const foundedAnother = /^\s(?:the\s)?(\p{Lu}[\p{L}&]+)/u;
/** "McKinsey & Company founder" founded another, and so did "Hooli, Inc. founder". */
const anothersFounder = /(\p{Lu}[\p{L}&]+)(?:,?\s(?:Inc|Corp|Ltd|Co|LLC|L\.P)\.?)?\s$/u;
const anothers = /(\p{Lu}[\p{L}&]+)['’]s?\s$/u;

/** How surely a text names who holds an office, 0..1. */
export function holderNamed(text: string, { pattern, isDeed }: Office, question: string): number {
  let best = 0;
  for (const { index, 0: found } of text.matchAll(pattern)) {
    const before = text.slice(Math.max(0, index - reach), index);
    const after = text.slice(index + found.length, index + found.length + reach);
    const isFounder = /^(?:co-?)?founders?$/i.test(found);
    const named = isFounder
      ? anothersFounder.exec(before)
      : /^(?:co-?)?founded$/i.test(found)
        ? foundedAnother.exec(after)
        : null;
    const other = (ofAnother.exec(after) ?? anothers.exec(before) ?? named)?.[1];
    if (other && !question.toLowerCase().includes(other.toLowerCase())) continue;
    // "Northwind Mills founder and long its director Ada Brook": whose founder it is tells enough.
    if (named && isFounder) best = Math.max(best, founderAlone);
    const beside = beginsAfter.test(after) || endsInHolder(before);
    if (beside) best = Math.max(best, past.test(before) ? 0.3 : isDeed ? deedWorth : 1);
  }
  return best;
}

const whereSeated = /\bwhere(?:['’]s| is| are| was| were) .*\b(?:headquarter(?:s|ed)|based|located|head office)\b/i;
const seat =
  /\b(?:headquarters(?: (?:is|are|was|were))?|(?:executive|head|principal|corporate|main) offices?\b.{0,60}?\b(?:is|are|was|were)) (?:located |situated )?(?:in|at)\b|\b(?:headquartered|based) in\b/iu;

/** Whether a text says where somebody has their seat, for a question that asks it. */
export function isSeatNamed(text: string, question: string): boolean {
  return whereSeated.test(question) && seat.test(text.replace(/\s+/g, " "));
}

const howMany =
  /\b(?:how many|number of|wie ?viele?|combien d[e’']|cu[aá]nt[oa]s|quant[ie]|hoeveel) ?((?:[\p{L}-]+ ){0,3}?)([\p{L}-]{3,})(?=\s*(?:[?.!,]|$)|\s(?:do|does|did|is|are|was|were|has|have|had|can|could|will|work\p{L}*|live\p{L}*|exist\p{L}*|the|in|at|of|for|on|to|by|that|who|which|and|hat|haben|gibt|sind|a|ont|sont|compte|comptent|emploie|possède|beschäftigt|gab|y|hay|tiene|tienen|ha|hanno|ci|zijn|heeft)\b)/iu;
/** Those who work somewhere are counted by any of these. */
const people =
  "people|persons?|individuals|employees?|staff|workers|associates|colleagues|team members|employed|headcount|workforce|mitarbeiter\\p{L}*|beschäftigte\\p{L}*|personen|personnes|salariés|employés|personas|empleados|persone|dipendenti";
const isPeople = new RegExp(`^(?:${people})$`, "iu");
const figure =
  "(?<![\\p{L}\\p{N}.,-])(?!(?:19|20)\\d\\d(?![\\p{N},.]))\\d[\\d.,]*(?: (?:thousand|million|billion|hundred))?";

/** Whether a word is hardly other than one that is meant. */
const isNearly = (word: string, meant: string) =>
  word.length > 5 && word !== meant && distanceWithin(word, meant, mostWrong) <= mostWrong;
const mostWrong = 2;
const otherEmploy = /^employ(?:er|ed|ing|ment)/;

/** The thing that a question asks the number of; null where it asks for none. */
export function countAsked(question: string): Counted | null {
  const written = howMany.exec(question)?.[2]?.toLowerCase();
  if (!written) return null;
  const noun = !otherEmploy.test(written) && isNearly(written, "employees") ? "employees" : written;
  const base = noun.replace(/(?:ies|y)$/, "").replace(/(?<=\p{L}{3})s$/u, "");
  const forms = isPeople.test(noun)
    ? people
    : [...new Set([`${escaped(base)}(?:s|es|y|ies)?`, ...familyOf(noun, ["en"]).map(escaped)])].join("|");
  return {
    pattern: new RegExp(
      `${figure}\\+?(?: (?!\\d)[\\p{L}’'-]+,?){0,4} (?:${forms})(?!\\p{L})|(?<!\\p{L})(?:${forms})(?: (?:was|were|is|are|of|totall?ed|total|reached|exceeded|war|waren|était|étaient|era|eran))?:? ${figure}`,
      "iu",
    ),
  };
}

/** Whether a text says how many there are of a thing. */
export function isCounted(text: string, { pattern }: Counted): boolean {
  return pattern.test(text.replace(/\s+/g, " "));
}
