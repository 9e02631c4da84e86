// Words of one family that a stemmer leaves apart: "employee" and "employed", "bought" and "buyer", "Gründer" and "gegründet". Pure.
import { fold } from "./words.ts";

/**
 * English: verbs that change their vowel, nouns that are made otherwise than by adding to a stem, and peoples beside their
 * countries. Words that Porter's algorithm brings together with one of these need not be named.
 */
const english = `
begin began begun beginning; break broke broken; bring brought; build built builder building; buy bought buyer;
catch caught; choose chose chosen choice; come came; cost costing; deal dealt dealer; die died death dead; dig dug; do did done;
draw drew drawn drawing; drink drank drunk; drive drove driven driver; eat ate eaten; fall fell fallen; feed fed food; feel felt feeling;
fight fought fighter; find finding; fly flew flown flight; forbid forbade forbidden; forget forgot forgotten; freeze froze frozen;
get got gotten; give gave given gift; go went gone; grow grew grown growth; hear heard hearing; hide hid hidden; hold held holder; keep kept keeper;
know knew known knowledge; lead led leader leadership; leave left; lend lent lender loan; lose lost loss loser; make made maker; mean meant meaning;
meet met meeting; pay paid payer payment payable; read reader; ride rode ridden rider; ring rang rung; rise rose risen; run ran runner; say said;
see saw seen sight; sell sold sale seller; send sent sender; shake shook shaken; shoot shot shooter; shrink shrank shrunk; sing sang sung singer song; sink sank sunk;
sit sat; sleep slept; speak spoke spoken speaker speech; spend spent spending; spread; stand stood; steal stole stolen theft; strike struck;
swear swore sworn; swim swam swum swimmer; take took taken taker; teach taught teacher; tell told; think thought thinker; throw threw thrown;
understand understood; undertake undertook undertaken; wear wore worn; weave wove woven weaver; win won winner; withdraw withdrew withdrawn withdrawal; write wrote written writer;
act actor action; add addition additional; own owner ownership; sign signature signatory signer; bear bore born birth;
discover discovery discoverer; deliver delivery; recover recovery; enter entry entrance; marry marriage; bury burial; try trial; believe belief;
prove proof proven; advise advice adviser advisor; succeed success successor successful; proceed process; exceed excess; compare comparison;
serve service servant; fail failure; close closure; press pressure; depart departure; mix mixture; store storage; arrive arrival; approve approval;
produce production producer product; reduce reduction; introduce introduction; deduce deduction; describe description; subscribe subscription subscriber;
prescribe prescription; inscribe inscription; consume consumption consumer; assume assumption; receive receipt reception recipient; perceive perception;
decide decision; divide division; conclude conclusion; expand expansion; extend extension extent; invade invasion invader; explode explosion; include inclusion; exclude exclusion;
convert conversion; divert diversion; permit permission; admit admission; submit submission; commit commitment; transmit transmission transmitter;
acquire acquisition acquirer; require requirement requisite; compete competition competitor; define definition; oppose opposition opponent; propose proposal proposition;
compose composition composer; dispose disposal disposition; suppose supposition; repeat repetition; apply application applicant; supply supplier; multiply multiplication;
vary variation variety various variable; destroy destruction; explain explanation; retain retention; maintain maintenance; contain content container;
pronounce pronunciation; analyze analyse analysis analyst; lengthen long length; strong strength strengthen; wide width; high height; deep depth; young youth;
poor poverty; hot heat; warm warmth; safe safety; certain certainty; able ability; free freedom; wise wisdom; true truth; famous fame; proud pride; angry anger; hungry hunger;
fast fastest; invest investor investment; inspect inspector; direct director; conduct conductor; collect collector; construct construction; instruct instruction instructor;
protect protector protection; elect election elector; audit auditor; edit editor edition; govern governor government; found founder founding cofounder cofounded; create creator creation;
invent inventor invention; operate operator operation; translate translator; narrate narrator; survive survivor survival; sail sailor; visit visitor; rule ruler; settle settler settlement;
treat treatment; move movement; argue argument; judge judgment judgement; manage manager management; pay pays; publish publisher publication; paint painter painting; command commander commandment;
appoint appointment appointee; nominate nomination nominee; refer reference referee; employ employee employer employment; train trainer trainee; absent absence absentee; lease lessee lessor;
grant grantee grantor; license licence licensee licensor; retire retirement retiree; attend attendance attendee; devote devotee; address addressee; trust trustee;
inhabit inhabitant inhabited; reside resident residence; assist assistant assistance; participate participant; immigrate immigrant immigration; emigrate emigrant; occupy occupation occupant;
science scientist scientific; ticker symbol; art artist artistic; economy economist economic economics; chemistry chemist chemical; physics physicist; biology biologist biological; music musician musical; politics politician political; magic magician;
library librarian; history historian historical; mathematics mathematician mathematical; crime criminal; finance financial financier; capital capitalist; tour tourist tourism;
colony colonist colonial colonize; race racial racist; nature natural; nation national nationality; culture cultural; agriculture agricultural; region regional; person personal; centre center central;
chair chairman chairwoman chairperson; france french; germany german; spain spanish; italy italian; england english; britain british; china chinese; japan japanese; russia russian; europe european; america american;
africa african; asia asian; australia australian; india indian; canada canadian; mexico mexican; brazil brazilian; portugal portuguese; netherlands dutch; switzerland swiss; austria austrian; sweden swedish;
norway norwegian; denmark danish; finland finnish; poland polish; turkey turkish; greece greek; rome roman; egypt egyptian; israel israeli; iran iranian; iraq iraqi; ireland irish; scotland scottish;
wales welsh; hungary hungarian; korea korean; vietnam vietnamese; thailand thai; ukraine ukrainian; belgium belgian; christianity christian; islam islamic muslim; judaism jewish; buddhism buddhist`;

/** Their endings are no suffixes, or those have come far from what they were made of. */
const grown = new Set(
  `former customer number center counter factor sector quarter letter matter member manner corner order border paper power tower water winter later latter better other either
  rather never under over after master minister register charter chapter sister monster silver river liver cover layer major minor error mirror motor doctor tutor victor color labor
  favor honor humor statement department apartment document element segment moment comment cement garment instrument experiment basement compartment committee degree coffee agree
  guarantee hammer summer dinner banner partner shoulder folder tender gender render wonder thunder officer shareholder stockholder offer differ suffer refer prefer consider deliver
  discover remember gather father mother brother weather leather feather either whether together finger danger passenger anger tiger meter liter filter printer poster roster cluster
  disaster connector computer reporter headquarter tier pier peer beer career engineer pioneer volunteer anchor floor poor door harbor neighbor ancestor actor outer inner upper lower proper
  super copper pepper supper paper whisper slumber timber lumber chamber september october november december layer player prayer lawyer buyer fiber cyber theater batter butter
  bitter litter twitter shelter lighter lever fever clever ever however wherever hover rover implement complement compliment supplement parliament ornament monument testament tournament temperament sentiment`.split(
    /\s+/,
  ),
);

/** @returns the words that a table's families bring together with each of its words. */
function familiesOf(table: string): Map<string, string[]> {
  const families = new Map<string, string[]>();
  for (const family of table.split(";")) {
    const words = family.trim().split(/\s+/);
    for (const word of words) families.set(word, [...new Set([...(families.get(word) ?? []), ...words])]);
  }
  return families;
}
const englishFamilies = familiesOf(english);

/** Who does it, to whom it is done, and that it is done. */
const englishEndings = ["er", "or", "ee", "ment"];
const shortestBase = 4;

function englishFamily(word: string): string[] {
  const base = withoutInflection(word);
  const known = [word, ...base].flatMap((each) => englishFamilies.get(each) ?? []);
  if (known.length > 0) return known;
  const made = /^(.{4,}?)(?:ers?|ors?|ees?|ments?)$/.exec(word)?.[1];
  if (made) return isGrown(word) ? [] : [made, `${made}e`, made.replace(/([^aeiouls])\1$/, "$1")];
  return base
    .filter((each) => each.length >= shortestBase)
    .flatMap((each) => englishEndings.map((ending) => each.replace(/e$/, "") + ending))
    .filter((each) => !isGrown(each));
}

const isGrown = (word: string) => grown.has(word) || grown.has(word.replace(/s$/, ""));

/** What a word may be a form of. */
function withoutInflection(word: string): string[] {
  const bare = /^(.{2,}?)(?:ies|ied)$/.exec(word)?.[1];
  if (bare) return [`${bare}y`];
  const verb = /^(.{2,}?)(?:ed|ing)$/.exec(word)?.[1];
  if (verb) return [verb, `${verb}e`, verb.replace(/([^aeiouls])\1$/, "$1")];
  return /[^s]s$/.test(word) ? [word.slice(0, -1), word.slice(0, -2)] : [word];
}

/** How the words of a verb's family are made of its stem: the endings that are taken off, and those that are put on. */
const made: Record<string, { off: RegExp; on: string[]; before?: string }> = {
  de: {
    off: /^(?:ge)?(.{3,}?)(?:ungen|ung|erinnen|erin|ern|er|eten|ete|et|te|ten|en|t)$/,
    on: ["en", "ete", "te", "er", "ung"],
    before: "ge",
  },
  nl: {
    off: /^(?:ge)?(.{3,}?)(?:ingen|ing|ers|er|den|de|ten|te|en|t|d)$/,
    on: ["en", "de", "er", "ing"],
    before: "ge",
  },
  fr: {
    off: /^(.{3,}?)(?:ateurs?|atrices?|ations?|ements?|eurs?|ees?|er|ent|e|a)$/,
    on: ["er", "e", "ateur", "ation", "eur", "ement"],
  },
  es: {
    off: /^(.{3,}?)(?:adores|adora?|aciones|acion|amientos?|imientos?|ad[oa]s?|id[oa]s?|aron|ieron|aba|ar|er|ir|io|o|a)$/,
    on: ["ar", "o", "ado", "ador", "acion", "amiento", "io", "ido"],
  },
  it: {
    off: /^(.{3,}?)(?:atori|atore|atrice|azioni|azione|amento|imento|at[oaie]|it[oaie]|arono|are|ere|ire|o)$/,
    on: ["are", "o", "ato", "atore", "azione", "amento"],
  },
  pt: {
    off: /^(.{3,}?)(?:adores|adora?|acoes|acao|amentos?|imentos?|ad[oa]s?|id[oa]s?|aram|ar|er|ir|ou|iu)$/,
    on: ["ar", "ou", "ado", "ador", "acao", "amento"],
  },
};

function madeFamily(word: string, language: string): string[] {
  const rule = made[language];
  const base = rule?.off.exec(word)?.[1];
  if (!rule || !base) return [];
  const before = rule.before ? ["t", "et", "en"].map((ending) => `${rule.before}${base}${ending}`) : [];
  return [...rule.on.map((ending) => base + ending), ...before];
}

/** Whether a word of a question is a year. */
export function isYear(word: string): boolean {
  return /^(?:19|20)\d\d$/.test(word);
}

/**
 * @param surface a word of a question. @param languages of the texts that it is sought in.
 * @returns words of its family, folded; some of those made by rule are none, and stand nowhere.
 */
export function familyOf(surface: string, languages: Iterable<string | null>): string[] {
  const word = fold(surface);
  // Reports count their years so.
  if (isYear(word)) return [`fy${word}`, `fy${word.slice(2)}`];
  if (word.length < 3 || !/^\p{L}+$/u.test(word)) return [];
  const found = [...new Set(languages)].flatMap((language) =>
    language === "en" ? englishFamily(word) : language ? madeFamily(word, language) : [],
  );
  return [...new Set(found)].filter((other) => other !== word);
}
