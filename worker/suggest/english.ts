// Questions that English sentences answer.
import { abbreviationIn, type Form, type Lexicon } from "./sentence.ts";

/** What a subject may not begin with: it points elsewhere, or counts. */
const vague =
  /^(?:it|this|that|these|those|there|here|he|she|they|we|you|i|one|another|each|every|most|some|such|both|other|others|all|any|many|much|few|several|none|either|neither|his|her|their|its|your|my|what|which|who|how|when|where|if|as|at|in|on|by|for|with|from|to|of|and|but|or|so|also|however|while|although|since|because|after|before|during|under|over|then|thus|hence|first|second|third|next|finally|figure|fig|table|section|chapter|example|note|page|part|item|appendix|step|exhibit|see|please|only|even|not|no|more|less|following|above|below|same|former|latter|today|now|currently)$/i;
/** Said of whoever the document is about: another document has one too. */
const generic =
  /^(?:the )?(?:company|companies|firm|group|author|authors|result|results|problem|reason|goal|idea|answer|case|fact|point|thing|way|question|difference|increase|decrease|change|changes|effect|number|amount|rest|remainder|latter|former|following|same|other|method|approach|model|system|process|work|paper|report|document|data|dataset|task|study|user|users|person|people|term|word|name|figure|table|section|example|note|information|plan|agreement|registrant|issuer|parties|party|board|committee|employee|employees|student|students|product|products|device|item|items|value|total|average|majority|others)$/i;
const person =
  /\b(?:physicist|chemist|biologist|scientist|mathematician|engineer|inventor|philosopher|economist|politician|statesman|president|minister|king|queen|emperor|general|author|writer|poet|novelist|journalist|historian|painter|artist|architect|composer|musician|singer|actor|actress|director|founder|entrepreneur|lawyer|activist|explorer|athlete|physician|surgeon|theologian|monk|saint|official|manager|owner|professor|officer|chair(?:man|woman|person)?|secretary|teacher|attorney|judge|consultant|member of)\b/i;

const subject =
  "((?:The )?[\\p{L}][\\p{L}\\p{N}'’&.-]*(?: (?:of|the|and|for|&|[\\p{L}\\p{N}][\\p{L}\\p{N}'’&-]*)){0,6}?)";
const period =
  /\bin ((?:the (?:first|second|third|fourth) (?:quarter|half) of )?(?:fiscal (?:year )?)?(?:1[89]|20)\d\d)\b/;

/** When something was so; not when that was which it is compared with. */
function periodOf(rest: string): string | undefined {
  return period.exec(rest.split(/\b(?:compared|versus|as against|from|than|over|relative to)\b/)[0] ?? "")?.[1];
}

/** A subject that can stand in a question by itself. */
function named(text: string, words: Lexicon, { salient = 2 }: { salient?: number } = {}): string | null {
  const bare = text.replace(/^(?:The|A|An|Our) /, "");
  const parts = bare.split(" ");
  const [first = ""] = parts;
  if (parts.length > 6 || vague.test(first) || generic.test(bare) || vague.test(parts.at(-1) ?? "") || /ly$/.test(bare))
    return null;
  if (
    /['’]s(?![\p{L}])/u.test(bare) ||
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
  // "Our gross profit rate": ours is the document's.
  const ours = /^Our /.test(text) && !/s$/.test(bare) ? "the " : article;
  return ours + (isName ? bare : words.within(bare));
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
  const when = periodOf(match[3] ?? "");
  const verb = verbs[match[2] ?? ""] ?? "";
  if (causes.test(sentence) && (when || !words.count("fiscal")))
    return { kind: "cause", question: `Why did ${who} ${verb}${when ? ` in ${when}` : ""}?` };
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
  const when = periodOf(match?.[3] ?? "");
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
    `^${subject}(?: \\([^)]{2,160}\\))?,? (is|was) (?:(?:a|an)|(?:the|one of the) [\\p{L}-]+(?: [\\p{L}-]+)? (?:of|in|that|which)) (.{15,})$`,
    "u",
  ).exec(sentence);
  const who = match && named(match[1] ?? "", words, { salient: 2 });
  if (!match || !who || /^(?:the )?[\p{L}]+(?:ing|tion|ment)s? of /u.test(who)) return null;
  const several = /[^siu]s$/.test(who) && !/^\p{Lu}/u.test(who);
  if (
    several ||
    person.test(who) ||
    (/^(?:core|key|major|significant|important|critical|top|good|great|big|large|new|possible|common|frequent|growing|serious|useful|rapidly|priority|matter)\b/.test(
      match[3] ?? "",
    ) &&
      !who.includes(" "))
  )
    return null;
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
  // Somebody whom the document only mentions.
  if (match[2] === "born" && words.count(who.split(" ").at(-1) ?? "") < 10) return null;
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
    `^${subject} is (located|situated|headquartered) (?:in|on|at|near|along|between)\\b`,
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

/** "Freshwater snails are eaten because …" */
const reason: Form = (sentence, words) => {
  const match = new RegExp(
    `^${subject} (is|are|was|were) ([^,;:()]{4,60}?),? because (?!of (?:this|that|it)\\b).{10,}$`,
    "u",
  ).exec(sentence);
  const who = match && named(match[1] ?? "", words);
  return match && who && !/\b(?:this|that|these|those|it|not only)\b/.test(match[3] ?? "")
    ? { kind: "cause", question: `Why ${match[2]} ${who} ${match[3]}?` }
    : null;
};

/** Verbs after which a subject's one thing is told. */
const told: readonly (readonly [RegExp, (who: string) => string])[] = [
  [/^ (?:is|are) (?:mainly |often |usually |primarily |generally )?caused by /, (who) => `What causes ${who}?`],
  [
    /^ is (?:mainly |often |usually |primarily |generally |commonly )?used (?:to|for|in|as) /,
    (who) => `What is ${who} used for?`,
  ],
  [/^ is responsible for /, (who) => `What is ${who} responsible for?`],
  [/^ consists of /, (who) => `What does ${who} consist of?`],
  [/^ (?:is|was) (?:known|famous) for /, (who) => `What is ${who} known for?`],
  [/^ has (?:a|an) (?:estimated |total )?population of /, (who) => `What is the population of ${who}?`],
];

const fact: Form = (sentence, words) => {
  for (const [pattern, ask] of told) {
    const at = sentence.search(new RegExp(pattern.source.slice(1)));
    if (at <= 0 || at > 60) continue;
    const who = new RegExp(`^${subject}$`, "u").test(sentence.slice(0, at))
      ? named(sentence.slice(0, at), words, { salient: 3 })
      : null;
    if (who) return { kind: "fact", question: ask(who) };
  }
  return null;
};

/** "There are three types of …", "The height of the tower is 300 metres." */
const number: Form = (sentence, words) => {
  const kinds =
    /^There are (?:two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) (?:\w+ )?((?:types|kinds|forms|stages|phases|categories|levels|classes|species|methods|ways) of [^,;:.()]{4,50}?)(?: (?:that|which|in|on|at|for|available)\b.*)?[.:]/.exec(
      sentence,
    );
  if (kinds) return { kind: "figure", question: `How many ${kinds[1]} are there?` };
  const match =
    /^The ((?:average |total |maximum |minimum |highest |lowest |estimated )?(?:population|length|height|width|depth|size|area|capacity|price|cost|fee|deadline|limit|weight|speed|duration|age|temperature|warranty period|tuition|rate|number) (?:of|for) [^,;:()]{3,50}?) (is|was) (?:about |approximately |around |nearly |up to )?[$€£]?\d/.exec(
      sentence,
    );
  const capital =
    /^The (capital|headquarters|official language|currency|national anthem|largest city|highest mountain|longest river) of ((?:the )?\p{Lu}[\p{L}]+(?: \p{Lu}\p{L}+){0,3}) (is|was) (?:the )?\p{Lu}/u.exec(
      sentence,
    );
  if (capital) return { kind: "place", question: `What ${capital[3]} the ${capital[1]} of ${capital[2]}?` };
  return match &&
    !/\b(?:this|these|that|its|their|our|the (?:company|following|above))\b/i.test(match[1] ?? "") &&
    words.count("the") > 0
    ? { kind: "figure", question: `What ${match[2]} the ${match[1]}?` }
    : null;
};

/** A question that the text asks itself, and answers. */
export function ownQuestion(sentence: string): boolean {
  return /^(?:What|How|When|Where|Who|Why|Which|Can I|Do I|Is it|Should I|May I)\b(?:(?![,;:]|\b(?:you|your|this|that|these|those|above|below|following|it|they|he|she)\b).){12,80}\?$/.test(
    sentence,
  );
}

/** "The property of being prime is called primality." */
const term: Form = (sentence, words) => {
  const match =
    /^(?!(?:It|This|That|These|Those|They|He|She|Such|Here|There|Both|Some|Which)\b)[^“”"]{15,}? (is|are) (?:also |often |usually |commonly )?(?:called|known as|termed|referred to as) (an? |the )?([\p{L}-]+(?: [\p{L}-]+){0,2})\.$/u.exec(
      sentence,
    );
  const [, be = "", article = "", name = ""] = match ?? [];
  if (!match || vague.test(name.split(" ")[0] ?? "") || words.count(name.split(" ").at(-1) ?? "") < 3) return null;
  if (be === "is") return { kind: "definition", question: `What is ${article}${name}?` };
  return /[^s]s$/.test(name) && article === "" ? { kind: "definition", question: `What are ${name}?` } : null;
};

const abbreviation: Form = (sentence, words) => {
  const short = abbreviationIn(sentence);
  return short && words.count(short) >= 3 ? { kind: "name", question: `What does ${short} stand for?` } : null;
};

export const english: Form[] = [
  how,
  change,
  amount,
  share,
  reason,
  event,
  definition,
  term,
  fact,
  number,
  place,
  purpose,
  abbreviation,
];
