// Which lines of a company's statements a question asks for by name. Pure.
import {
  administration,
  basic,
  capitalExpenditure,
  cash,
  costOfSales,
  currentAssets,
  currentLiabilities,
  deferredRevenue,
  diluted,
  dividends,
  dividendsPerShare,
  earningsPerShare,
  equity,
  fixedAssets,
  freeCash,
  goodwill,
  grossProfit,
  interest,
  inventories,
  type LineItem,
  longTermDebt,
  netIncome,
  operatingIncome,
  payables,
  pretax,
  receivables,
  research,
  sales,
  taxes,
  taxRate,
  totalAssets,
  totalDebt,
  totalLiabilities,
} from "./line-items.ts";

/** A line that a question asks for by its name. */
export interface LineAsked {
  names: LineItem[];
  /** It is of a day, as what is owned and owed, and not of a period. */
  isOfDay: boolean;
}

/** What has a line's name before it is about something else. */
const ofElse =
  "(?! (?:growth|recognition|per|from|by|mix|share|stream|source|segment|turnover|ratio|margin|impairment|method|polic|days|rate|level|management|control|risk|compar))";
const line = (name: string, flags = "i") => new RegExp(`\\b(?:${name})\\b${ofElse}`, flags);

/** What is asked for by its own name stands under another in half of the reports. */
const named: readonly (readonly [RegExp, LineItem[], "day" | "period"])[] = [
  [line("net (?:income|earnings|profit)|profit after tax"), netIncome, "period"],
  [
    line(
      "(?<!deferred |unearned |cost of )(?:revenues?|net sales|total sales|(?<!(?:inventory|asset|assets|receivables?|payables?|employee|staff) )turnover)",
    ),
    sales,
    "period",
  ],
  [/(?:^|(?:\b(?:were|was|are|is|the|of)|['’]s)\s)sales(?=\s(?:in|for|of|during)\b|\W*$)/i, sales, "period"],
  [line("cost of (?:sales|revenues?|goods sold|products sold)|cogs"), costOfSales, "period"],
  [line("gross profit"), grossProfit, "period"],
  [line("operating (?:income|profit)|income from operations"), operatingIncome, "period"],
  [
    line("(?:income|earnings|profit) before (?:income )?tax(?:es)?|pre-?tax (?:income|profit|earnings)"),
    pretax,
    "period",
  ],
  [line("income tax expense|income taxes|provision for (?:income )?taxes"), taxes, "period"],
  [line("interest expense"), interest, "period"],
  [line("research (?:and|&) development|r ?& ?d"), research, "period"],
  [line("selling,? general,? (?:and|&) administrative|sg ?& ?a"), administration, "period"],
  [line("cap(?:ital )?ex(?:penditures?)?"), capitalExpenditure, "period"],
  [line("free cash ?flows?|fcf"), freeCash, "period"],
  [line("dilut(?:ed|ive) (?:eps|(?:net )?(?:earnings|income) per (?:\\w+ )?share)"), diluted, "period"],
  [line("basic (?:eps|(?:net )?(?:earnings|income) per (?:\\w+ )?share)"), basic, "period"],
  [line("(?<!(?:diluted|basic) )(?:eps|(?:earnings|(?<!net )income) per (?:\\w+ )?share)"), earningsPerShare, "period"],
  [line("dividends? (?:paid |declared )?per (?:\\w+ )?share"), dividendsPerShare, "period"],
  [line("dividends? (?:was |were )?paid|pay(?:s|ed)? (?:in|as) dividends|dividend payments"), dividends, "period"],
  [line("effective (?:income )?tax rate"), taxRate, "period"],
  [line("inventor(?:y|ies)"), inventories, "day"],
  [line("total assets"), totalAssets, "day"],
  [line("total liabilities"), totalLiabilities, "day"],
  [line("(?:total )?current assets"), currentAssets, "day"],
  [line("(?:total )?current liabilities"), currentLiabilities, "day"],
  [line("goodwill"), goodwill, "day"],
  [line("long[- ]term (?:debt|borrowings)"), longTermDebt, "day"],
  [line("total (?:debt|borrowings)"), totalDebt, "day"],
  [line("cash and (?:cash )?equivalents|cash on hand"), cash, "day"],
  [line("(?:total |shareholders['’]? |stockholders['’]? )equity"), equity, "day"],
  [line("(?:accounts |trade )receivables?|receivables"), receivables, "day"],
  [line("(?:accounts |trade )payables?"), payables, "day"],
  [line("(?:deferred|unearned) revenues?"), deferredRevenue, "day"],
  [line("property,? (?:plant,? )?(?:and|&) equipment"), fixedAssets, "day"],
];

/** Asks for a figure, of a company as a whole. */
const asksAmount =
  /^\W*(?:what (?:is|are|was|were)|what['’]s|how (?:much|high|large|big)|compare|which|who had|tell me|give me|show|the)\b/i;
/** Asks nothing in so many words: it names what is sought. */
const keywords =
  /^(?!.*\b(?:who|what|which|why|when|where|how|does|did|do|is|are|was|were|has|have|had|can|should|will|would|list|explain|describe|if)\b)[^.!;:\n]{3,70}\??\s*$/i;

/** The lines that a question asks for the amount of. */
export function linesAsked(question: string): LineAsked[] {
  if (!asksAmount.test(question) && !keywords.test(question)) return [];
  return named.flatMap(([name, names, of]) => (name.test(question) ? [{ names, isOfDay: of === "day" }] : []));
}

/** Of a name of so many words the label may go on with what is included. */
const wholeName = 3;
const longestName = 5;

/** More than the line, or the line at another time. */
const elsewhere = /^ (?:restricted|balance|at|beginning|end)\b/;

/** Whether a row is called so: as it stands, or with what it is net of, or includes, after it. */
export function isLine(names: Set<string>, label: string): boolean {
  if (names.has(label)) return true;
  const beyond = label.search(/ (?:net|less|including|excluding|attributable to (?!non))\b/);
  if (beyond > 0 && names.has(label.slice(0, beyond))) return true;
  let at = -1;
  for (let words = 1; words <= longestName; words++) {
    at = label.indexOf(" ", at + 1);
    if (at < 0) return false;
    if (words >= wholeName && names.has(label.slice(0, at))) return !elsewhere.test(label.slice(at));
  }
  return false;
}
