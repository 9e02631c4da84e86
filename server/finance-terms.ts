// What a question about a company's figures implies: the lines of its statements that a measure is worked out from.

import {
  capitalExpenditure,
  cash,
  costOfSales,
  currentAssets,
  currentLiabilities,
  debt,
  depreciation,
  dividends,
  earningsPerShare,
  equity,
  financingCash,
  fixedAssets,
  freeCash,
  grossProfit,
  interest,
  inventories,
  investingCash,
  type LineItem,
  netIncome,
  operatingCash,
  operatingIncome,
  payables,
  pretax,
  receivables,
  sales,
  taxes,
  taxRate,
  totalAssets,
} from "./line-items.ts";
import { linesAsked } from "./lines-asked.ts";

/** Measures, each with the lines that it is worked out from; a line may go by several names. */
const measures: readonly (readonly [RegExp, LineItem[][]])[] = [
  [/\bgross (?:profit )?margins?\b/i, [sales, costOfSales, grossProfit]],
  [/\boperating (?:profit )?margins?\b/i, [sales, operatingIncome]],
  [/\b(?:net )?(?:profit|income) margins?\b|\bprofitab/i, [sales, netIncome]],
  [/\bebitda\b/i, [operatingIncome, depreciation, sales]],
  [/\bebit\b/i, [operatingIncome, sales]],
  [/\b(?:quick|acid[- ]test) ratio\b/i, [currentAssets, currentLiabilities, cash, inventories, receivables]],
  [/\b(?:current|cash|liquidity) ratio\b|\bworking capital\b|\bliquidity\b/i, [currentAssets, currentLiabilities]],
  [/\bcap(?:ital )?ex(?:penditures?)?\b|\bcapital(?:[- ]intensi\w+)\b/i, [capitalExpenditure]],
  [/\bfree cash ?flows?\b|\bfcf\b/i, [freeCash, operatingCash, capitalExpenditure, netIncome]],
  [/(?<!free )\bcash ?flows?\b/i, [operatingCash, investingCash, financingCash]],
  [/\b(?:return on (?:total |average )?assets|roa)\b/i, [netIncome, totalAssets]],
  [/\b(?:return on (?:\w+ )?equity|roe)\b/i, [netIncome, equity]],
  [
    /\b(?:return on (?:invested capital|capital employed)|ro(?:ce|ic))\b|\binvested capital\b/i,
    [operatingIncome, totalAssets, currentLiabilities, cash],
  ],
  [/\b(?:asset turnover)\b/i, [sales, totalAssets]],
  [/\bfixed[- ]asset\b|\bpp&e\b|\bppne\b/i, [fixedAssets, sales]],
  [/\binventory turnover\b|\bdays (?:in |of )?inventory\b|\bdio\b|\binventory days\b/i, [inventories, costOfSales]],
  [/\bdays payables?\b|\bdpo\b|\bpayables turnover\b/i, [payables, costOfSales]],
  [/\bdays sales\b|\bdso\b|\breceivables? turnover\b/i, [receivables, sales]],
  [/\bcash conversion cycle\b/i, [inventories, payables, receivables, costOfSales]],
  [
    /\b(?:debt|capitali[sz]ation|leverage|gearing|equity) ratio\b|\bdebt[- ]to[- ](?:equity|assets|capital)\b/i,
    [debt, equity, totalAssets],
  ],
  [/\binterest coverage\b|\btimes interest\b/i, [operatingIncome, interest]],
  [/\beffective (?:income )?tax\b|\btax rate\b/i, [taxRate, pretax, taxes]],
  [/\b(?:dividend )?payout\b|\bretention ratio\b/i, [dividends, netIncome]],
  [/\b(?:eps|earnings per (?:\w+ )?share)\b/i, [earningsPerShare]],
  [/\bbalance sheet\b|\bfinancial position\b/i, [totalAssets, currentAssets, currentLiabilities, equity]],
  [
    /\b(?:income statement|p&l|statement of (?:income|operations|earnings)|profit and loss)\b/i,
    [sales, operatingIncome, netIncome, pretax],
  ],
  [/\b(?:sales|revenues?) (?:growth|to)\b|\bto sales\b|\btop[- ]line\b/i, [sales]],
];

/** Abbreviations that would be read as letters; texts and tables write them out. */
export const writtenOut: Record<string, string> = {
  "r&d": "research and development",
  "sg&a": "selling, general and administrative",
  "m&a": "mergers and acquisitions",
  eps: "earnings per share",
};
export const shortened = /(?<![\p{L}\p{N}&])(?:R&D|SG&A|M&A|EPS)(?![\p{L}\p{N}&])/giu;

/** The lines of statements that a question implies, each with the names it may go by; empty for most questions. */
export function lineItemsImplied(question: string): LineItem[][] {
  const lines = new Set<LineItem[]>();
  for (const { names } of linesAsked(question)) lines.add(names);
  // What is worked out is so from lines that stand in few reports by its own name.
  for (const [measure, items] of measures) if (measure.test(question)) for (const item of items) lines.add(item);
  return [...lines];
}

/** What a company's year is told by, one line of each. */
const mainFigures = [
  sales,
  operatingIncome,
  netIncome,
  // "Basic" says of nothing how much it is.
  earningsPerShare.filter((name) => name.includes("per")),
].map((names) => new Set(names));

/** Asks for the pages that hold them. */
export const mainFiguresQuestion =
  "Consolidated statements of income: total revenue, net sales, operating income, net income, diluted earnings per share";

/** @param label as `plainLabel` gives it. @returns which of the main figures it names, -1 for none. */
export function mainFigureOf(label: string): number {
  return mainFigures.findIndex((names) => names.has(label));
}

const figuresAsked =
  /\b(?:thousands?|millions?|billions?|decimals?|percent\w*|usd|dollars?|euros?|fy ?\d{2,4}|fiscal|ratio|margin|how (?:much|many))\b/i;

/** Whether an amount or a share of something is asked for, which tables tell. */
export function asksForFigures(question: string): boolean {
  return figuresAsked.test(question);
}

const statementTitle =
  /^\W*(?:(?:condensed|consolidated|combined|unaudited|interim|and|the|company|group|\p{Lu}[\p{L}.,&'’]*)\s+){0,8}(?:balance sheets?|statements? of (?:consolidated )?(?:comprehensive |financial |cash |changes in )?(?:income|earnings|operations|position|cash flows?|flows?|profit|loss|financial position|financial condition)\b|income statements?|cash flow statements?|profit and loss accounts?)/iu;
const titleLines = 12;
const titleLength = 90;
const fewestRows = 10;

/** Whether a page is one of a company's statements: titled as such at its top, with many rows. */
export function isStatement(text: string, rows: number): boolean {
  if (rows < fewestRows) return false;
  return text
    .split("\n", titleLines)
    .some((line) => line.length <= titleLength && statementTitle.test(line) && !/[.]\s*\d*$|\d$/.test(line.trim()));
}
