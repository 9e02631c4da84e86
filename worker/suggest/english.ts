// Questions that English sentences answer.
import { abbreviationIn, type Form, type Lexicon } from "./sentence.ts";

/** What a subject may not begin with: it points elsewhere, or counts. */
const vague =
  /^(?:it|this|that|these|those|there|here|he|she|they|we|you|i|one|another|each|every|most|some|such|both|other|others|all|any|many|much|few|several|none|either|neither|his|her|their|its|your|my|what|which|who|how|when|where|if|as|at|in|on|by|for|with|from|to|of|and|but|or|so|also|however|while|although|since|because|after|before|during|under|over|then|thus|hence|first|second|third|next|finally|figure|fig|table|section|chapter|example|note|page|part|item|appendix|step|exhibit|see|please|only|even|not|no|more|less|following|above|below|same|former|latter|today|now|currently)$/i;
/** Said of whoever the document is about: another document has one too. */
const generic =
  /^(?:the )?(?:company|companies|firm|group|author|authors|result|results|problem|reason|goal|idea|answer|case|fact|point|thing|way|question|difference|increase|decrease|change|changes|effect|number|amount|rest|remainder|latter|former|following|same|other|method|approach|model|system|process|work|paper|report|document|data|dataset|task|study|user|users|person|people|term|word|name|figure|table|section|example|note|information|plan|agreement|registrant|issuer|parties|party|board|committee|employee|employees|student|students|product|products|device|item|items|value|total|average|majority|others)$/i;
const person =
  /\b(?:physicist|chemist|biologist|scientist|mathematician|engineer|inventor|philosopher|economist|politician|statesman|president|minister|king|queen|emperor|general|author|writer|poet|novelist|journalist|historian|painter|artist|architect|composer|musician|singer|actor|actress|director|founder|entrepreneur|lawyer|activist|explorer|athlete|physician|surgeon|theologian|monk|saint)\b/i;

const subject =
  "((?:The )?[\\p{L}][\\p{L}\\p{N}'’&.-]*(?: (?:of|the|and|for|&|[\\p{L}\\p{N}][\\p{L}\\p{N}'’&-]*)){0,6}?)";
const period =
  /\bin (?:the )?((?:(?:first|second|third|fourth) (?:quarter|half) of )?(?:fiscal (?:year )?)?(?:1[89]|20)\d\d)\b/;

/** A subject that can stand in a question by itself. */
function named(text: string, words: Lexicon, { salient = 2 }: { salient?: number } = {}): string | null {
  const bare = text.replace(/^(?:The|A|An|Our) /, "");
  const parts = bare.split(" ");
  const [first = ""] = parts;
  if (parts.length > 6 || vague.test(first) || generic.test(bare) || vague.test(parts.at(-1) ?? "")) return null;
  if (
    /\b(?:is|are|was|were|has|have|had|that|which|who|can|may|will|do|does|did|not|it|they|we|you|this|these)\b/i.test(
      bare,
    )
  )
    return null;
  const telling = parts.filter((part) => part.length > 3);
  if (!telling.length || Math.min(...telling.map((part) => words.count(part))) < salient) return null;
  const isName = /^\p{Lu}/u.test(parts.at(-1) ?? "") && parts.length > 1;
  const article = /^The /.test(text) ? "the " : /^(?:A|An) /.test(text) ? `${text.split(" ")[0]?.toLowerCase()} ` : "";
  // A common noun with "the" is one that was spoken of before.
  if (article === "the " && parts.length < 2 && !words.isName(first)) return null;
  return article + (isName ? bare : words.within(bare));
}

const verbs: Record<string, string> = {
  increased: "increase",
  decreased: "decrease",
  grew: "grow",
  rose: "rise",
  fell: "fall",
  declined: "decline",
  dropped: "drop",
};
const causes =
  /\b(?:because|due to|driven by|as a result of|attributable to|reflecting|resulting from|owing to|caused by)\b/i;

/** "Net sales decreased 5% in fiscal 2023 due to …" */
const change: Form = (sentence, words) => {
  const match = new RegExp(`^${subject} (${Object.keys(verbs).join("|")})\\b(.*)$`, "u").exec(sentence);
  const who = match && named(match[1] ?? "", words, { salient: 3 });
  if (!match || !who || !/\d/.test(sentence) || /\b(?:the year|a year)$/.test(who)) return null;
  const when = period.exec(match[3] ?? "")?.[1];
  const verb = verbs[match[2] ?? ""] ?? "";
  if (causes.test(sentence)) return { kind: "cause", question: `Why did ${who} ${verb}${when ? ` in ${when}` : ""}?` };
  return when && /[%$€£]|percent/.test(match[3] ?? "")
    ? { kind: "figure", question: `How much did ${who} ${verb} in ${when}?` }
    : null;
};

/** "Net sales were $10.2 billion in fiscal 2022." */
const amount: Form = (sentence, words) => {
  const match = new RegExp(
    `^${subject} (was|were) (?:approximately |about |nearly |over )?[$€£]?\\d[\\d.,]*(?: |%)(.*)$`,
    "u",
  ).exec(sentence);
  const who = match && named(match[1] ?? "", words, { salient: 3 });
  const when = period.exec(match?.[3] ?? "")?.[1];
  return match && who && when && /[$€£%]|million|billion/.test(sentence)
    ? { kind: "figure", question: `What ${match[2]} ${who} in ${when}?` }
    : null;
};

/** "59% of seniors go online." */
const share: Form = (sentence) => {
  const match =
    /^(?:(?:Some|About|Roughly|Fully|Nearly|Only|Just|Around|Approximately|Almost|More than|Over) )?\d+(?:\.\d+)?(?:%| percent| per cent) of ((?!(?:them|those|these|this|that|whom|which|all|the total|our|its|their|net|total)\b)[^.,;:()“”"]{12,80})[.,;]/.exec(
      sentence,
    );
  const rest = match?.[1] ?? "";
  const hasVerb =
    /\b(?:say|said|are|were|have|had|own|use|used|go|think|believe|report|reported|feel|felt|live|lived|do|did|did not|work|prefer|agree|disagree|support|oppose|approve|want|see|view|read|watch|access|consider|identify|speak|were)\b/.test(
      rest,
    );
  return hasVerb && !/\b(?:this|these|it|such|we|our|above|below|now)\b/i.test(rest)
    ? { kind: "share", question: `What percentage of ${rest}?` }
    : null;
};

/** "Oxygen is a chemical element …" */
const definition: Form = (sentence, words) => {
  const match = new RegExp(
    `^${subject}(?: \\([^)]{2,60}\\))?,? (is|was) (?:(?:a|an)|(?:the|one of the) [\\p{L}-]+(?: [\\p{L}-]+)? (?:of|in|that|which)) (.{15,})$`,
    "u",
  ).exec(sentence);
  const who = match && named(match[1] ?? "", words, { salient: 3 });
  if (!match || !who || /^(?:the )?[\p{L}]+(?:ing|tion|ment)s? of /u.test(who)) return null;
  if (
    /^(?:an? |the )?(?:\w+ ){0,2}(?:example|result|reason|way|part|member|matter|number|consequence|increase|decrease|lot|little|step|problem|question|case)\b/.test(
      match[3] ?? "",
    )
  )
    return null;
  if (person.test((match[3] ?? "").slice(0, 60)) && /^\p{Lu}/u.test(who))
    return { kind: "definition", question: `Who ${match[2]} ${who}?` };
  return match[2] === "is" ? { kind: "definition", question: `What is ${who}?` } : null;
};

const active: Record<string, string> = {
  founded: "founded",
  established: "established",
  built: "built",
  created: "created",
  invented: "invented",
  discovered: "discovered",
  designed: "designed",
  written: "wrote",
  developed: "developed",
  introduced: "introduced",
};
const events =
  "founded|established|built|created|opened|completed|invented|discovered|introduced|launched|published|signed|born|designed|formed|incorporated|adopted|written|developed|constructed|released|abolished|destroyed|ratified|enacted";

/** "The University was founded in 1890 by …" */
const event: Form = (sentence, words) => {
  const match = new RegExp(`^${subject} was (?:first |originally |officially )?(${events})\\b(.*)$`, "u").exec(
    sentence,
  );
  const who = match && named(match[1] ?? "", words);
  if (!match || !who || !/\p{Lu}/u.test(who)) return null;
  const [, , verb = "", rest = ""] = match;
  if (
    /^ (?:on|in) (?:[A-Z][a-z]+ (?:\d{1,2}, )?|\d{1,2} [A-Z][a-z]+ )?(?:1\d|20)\d\d\b/.test(rest) ||
    /^[^,;.]{0,40} in (?:1\d|20)\d\d\b/.test(rest)
  )
    return { kind: "event", question: `When was ${who} ${verb}?` };
  if (/^ by (?:the )?\p{Lu}/u.test(rest) && active[verb])
    return { kind: "event", question: `Who ${active[verb]} ${who}?` };
  return null;
};

/** "The Rhine flows …, is located in …" */
const place: Form = (sentence, words) => {
  const match = new RegExp(
    `^${subject} (?:is|are) (located|situated|headquartered|based) (?:in|on|at|near|along|between)\\b`,
    "u",
  ).exec(sentence);
  const who = match && named(match[1] ?? "", words);
  return match && who && /\p{Lu}/u.test(who) ? { kind: "place", question: `Where is ${who} ${match[2]}?` } : null;
};

const imperative =
  /^(?:please |simply |first |you (?:can|must|should|need to|will need to) )?(?:press|click|select|open|use|go|choose|turn|set|connect|insert|remove|hold|enter|tap|contact|visit|call|place|push|make|follow|apply|submit|complete|plug|slide|attach|adjust|rotate|switch|touch|check|fill|send|swipe|log|sign|download|install|unplug|disconnect|loosen|tighten|wear|keep|position|pull|lift|take)\b/i;

/** "To reset the watch, press …" */
const how: Form = (sentence) => {
  const match =
    /^To ((?!date|some|this|that|the|our|be|avoid|prevent|ensure|reduce|protect|help|learn|do|make|get more|determine|comply|better|all|each|see|find out)[a-z]{3,} [^,;:.()]{4,55}), (.{8,})$/.exec(
      sentence,
    );
  const what = (match?.[1] ?? "").replace(/\byour\b/g, "my").replace(/\byou are\b/g, "I am");
  if (!match || !imperative.test(match[2] ?? "")) return null;
  return /\b(?:you|it|them|this|these|that|such|above|below|following|here|he|she|they)\b/i.test(what)
    ? null
    : { kind: "how", question: `How do I ${what}?` };
};

const purpose: Form = (sentence) => {
  const match =
    /^The ((?:main |primary |overall )?(?:purpose|aim|goal|objective)) of (this (?:study|paper|report|survey|guide|policy|document|handbook|thesis|project|research|work|standard|program|plan)) (?:is|was) to\b/.exec(
      sentence,
    );
  return match ? { kind: "purpose", question: `What is the ${match[1]} of ${match[2]}?` } : null;
};

const abbreviation: Form = (sentence, words) => {
  const short = abbreviationIn(sentence);
  return short && words.count(short) >= 3 ? { kind: "name", question: `What does ${short} stand for?` } : null;
};

export const english: Form[] = [how, change, amount, share, event, definition, place, purpose, abbreviation];
