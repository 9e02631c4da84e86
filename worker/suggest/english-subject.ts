// What an English question may be asked about, and when a text asks it itself.
import type { Lexicon } from "./sentence.ts";

/** What a subject may not begin with: it points elsewhere, or counts. */
export const vague =
  /^(?:it|this|that|these|those|there|here|he|she|they|we|you|i|one|another|each|every|most|some|such|both|other|others|all|any|many|much|few|several|none|either|neither|his|her|their|its|your|my|what|which|who|how|when|where|if|as|at|in|on|by|for|with|from|to|of|and|but|or|so|also|however|while|although|since|because|after|before|during|under|over|then|thus|hence|first|second|third|next|finally|figure|fig|table|section|chapter|example|note|page|part|item|appendix|step|exhibit|see|please|only|even|not|no|more|less|following|above|below|same|former|latter|today|now|currently)$/i;
/** Said of whoever the document is about: another document has one too. */
const generic =
  /^(?:the )?(?:company|companies|firm|group|author|authors|result|results|problem|reason|goal|idea|answer|case|fact|point|thing|way|question|difference|increase|decrease|change|changes|effect|number|amount|rest|remainder|latter|former|following|same|other|method|approach|model|system|process|work|paper|report|document|data|dataset|task|study|user|users|person|people|term|word|name|figure|table|section|example|note|information|plan|agreement|registrant|issuer|parties|party|board|committee|employee|employees|student|students|product|products|device|item|items|value|total|average|majority|others)$/i;
export const person =
  /\b(?:physicist|chemist|biologist|scientist|mathematician|engineer|inventor|philosopher|economist|politician|statesman|president|minister|king|queen|emperor|general|author|writer|poet|novelist|journalist|historian|painter|artist|architect|composer|musician|singer|actor|actress|director|founder|entrepreneur|lawyer|activist|explorer|athlete|physician|surgeon|theologian|monk|saint|official|manager|owner|professor|officer|chair(?:man|woman|person)?|secretary|teacher|attorney|judge|consultant|member of)\b/i;

export const subject =
  "((?:The )?[\\p{L}][\\p{L}\\p{N}'’&.-]*(?: (?:of|the|and|for|&|[\\p{L}\\p{N}][\\p{L}\\p{N}'’&-]*)){0,6}?)";
/** A subject that can stand in a question by itself. */
export function named(text: string, words: Lexicon, { salient = 2 }: { salient?: number } = {}): string | null {
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

/** A question that the text asks itself, and answers. */
export function ownQuestion(sentence: string): boolean {
  return /^(?:What|How|When|Where|Who|Why|Which|Can I|Do I|Is it|Should I|May I)\b(?:(?![,;:]|\b(?:you|your|this|that|these|those|above|below|following|it|they|he|she)\b).){12,80}\?$/.test(
    sentence,
  );
}

/** Who did it, of what was done. */
export const active: Record<string, string> = {
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
