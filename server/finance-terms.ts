// What a question about a company's figures implies: the lines of its statements that a measure is worked out from.

/** A line of a statement, by the words that it begins with. */
type LineItem = string;

const sales: LineItem[] = [
  "revenue",
  "revenues",
  "net revenue",
  "net revenues",
  "total revenue",
  "total revenues",
  "net sales",
  "sales",
  "total net sales",
  "total net revenue",
  "reported sales",
];
const costOfSales: LineItem[] = [
  "cost of sales",
  "cost of revenue",
  "cost of revenues",
  "cost of goods sold",
  "cost of products sold",
  "total cost of revenue",
  "total cost of sales",
];
const grossProfit: LineItem[] = ["gross profit", "gross margin"];
const operatingIncome: LineItem[] = [
  "operating income",
  "income from operations",
  "operating profit",
  "operating income loss",
  "earnings from operations",
  "income loss from operations",
  "profit from operations",
];
const netIncome: LineItem[] = [
  "net income",
  "net earnings",
  "net income loss",
  "net loss",
  "consolidated net income",
  "net earnings loss",
  "profit for the year",
];
const pretax: LineItem[] = [
  "income before income taxes",
  "earnings before income taxes",
  "income before income tax expense",
  "earnings before income tax expense",
  "income before provision for income taxes",
  "earnings before provision for taxes on income",
];
const taxes: LineItem[] = [
  "provision for income taxes",
  "income tax expense",
  "income taxes",
  "provision for taxes on income",
];
const interest: LineItem[] = ["interest expense", "interest expense net"];
const depreciation: LineItem[] = [
  "depreciation and amortization",
  "depreciation",
  "amortization",
  "depreciation amortization and accretion",
];
const currentAssets: LineItem[] = ["total current assets", "current assets"];
const currentLiabilities: LineItem[] = ["total current liabilities", "current liabilities"];
const cash: LineItem[] = ["cash and cash equivalents"];
const receivables: LineItem[] = [
  "accounts receivable",
  "receivables",
  "trade receivables",
  "accounts receivable net",
  "receivables net",
  "trade receivables net",
];
const inventories: LineItem[] = ["inventories", "inventory", "merchandise inventories", "inventories net"];
const payables: LineItem[] = ["accounts payable", "trade payables"];
const totalAssets: LineItem[] = ["total assets"];
const equity: LineItem[] = [
  "total equity",
  "total shareholders equity",
  "total stockholders equity",
  "total shareholders equity deficit",
  "total stockholders equity deficit",
  "total liabilities and equity",
];
const debt: LineItem[] = [
  "long-term debt",
  "total debt",
  "short-term debt",
  "long-term debt less current portion",
  "current portion of long-term debt",
  "notes payable",
];
const fixedAssets: LineItem[] = [
  "property and equipment net",
  "property plant and equipment net",
  "net property and equipment",
  "property plant and equipment",
];
const operatingCash: LineItem[] = [
  "net cash provided by operating activities",
  "total cash provided by operating activities",
  "net cash from operating activities",
  "cash flows from operating activities",
  "net cash provided by used in operating activities",
];
const investingCash: LineItem[] = [
  "net cash used in investing activities",
  "total cash used in investing activities",
  "net cash provided by used in investing activities",
];
const financingCash: LineItem[] = [
  "net cash used in financing activities",
  "total cash used in financing activities",
  "net cash provided by used in financing activities",
  "net cash provided by financing activities",
];
const capitalExpenditure: LineItem[] = [
  "purchases of property and equipment",
  "purchases of property plant and equipment",
  "purchase of property plant and equipment",
  "capital expenditures",
  "additions to property and equipment",
  "additions to property plant and equipment",
];
const dividends: LineItem[] = [
  "dividends paid",
  "cash dividends paid",
  "payment of dividends",
  "payments of dividends",
];
const earningsPerShare: LineItem[] = ["basic earnings per share", "diluted earnings per share", "basic", "diluted"];

/** What is asked for by its own name stands under another in half of the reports. */
const direct: readonly (readonly [RegExp, LineItem[]])[] = [
  [/\bnet (?:income|earnings|profit)\b|\bprofit after tax\b/i, netIncome],
  [
    /\b(?:revenues?|net sales|total sales|turnover)\b(?! (?:growth|recognition|per|from|by|mix|share|stream|source|segment))/i,
    sales,
  ],
];
/** Asks for a figure, of a company as a whole. */
const asksAmount =
  /^\W*(?:what (?:is|are|was|were)|what['’]s|how (?:much|high|large|big)|compare|which|who had|tell me|give me|show|the)\b/i;

/** Measures, each with the lines that it is worked out from; a line may go by several names. */
const measures: readonly (readonly [RegExp, LineItem[][]])[] = [
  [/\bgross (?:profit )?margins?\b|\bgross profit\b/i, [sales, costOfSales, grossProfit]],
  [/\boperating (?:profit )?margins?\b|\boperating (?:income|profit)\b/i, [sales, operatingIncome]],
  [/\b(?:net )?(?:profit|income) margins?\b|\bprofitab/i, [sales, netIncome]],
  [/\bebitda\b/i, [operatingIncome, depreciation, sales]],
  [/\bebit\b/i, [operatingIncome, sales]],
  [/\b(?:quick|acid[- ]test) ratio\b/i, [currentAssets, currentLiabilities, cash, inventories, receivables]],
  [/\b(?:current|cash|liquidity) ratio\b|\bworking capital\b|\bliquidity\b/i, [currentAssets, currentLiabilities]],
  [/\bcap(?:ital )?ex(?:penditures?)?\b|\bcapital(?:[- ]intensi\w+)\b/i, [capitalExpenditure, investingCash]],
  [/\bfree cash ?flows?\b|\bfcf\b/i, [operatingCash, capitalExpenditure, netIncome]],
  [/\bcash ?flows?\b/i, [operatingCash, investingCash, financingCash]],
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
  [/\beffective (?:income )?tax\b|\btax rate\b/i, [pretax, taxes]],
  [/\b(?:dividend )?payout\b|\bretention ratio\b/i, [dividends, netIncome]],
  [/\b(?:eps|earnings per (?:\w+ )?share)\b/i, [earningsPerShare, netIncome]],
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
};
export const shortened = /(?<![\p{L}\p{N}&])(?:R&D|SG&A|M&A)(?![\p{L}\p{N}&])/giu;

/** The lines of statements that a question implies, each with the names it may go by; empty for most questions. */
export function lineItemsImplied(question: string): LineItem[][] {
  const lines = new Set<LineItem[]>();
  for (const [measure, items] of measures) if (measure.test(question)) for (const item of items) lines.add(item);
  if (asksAmount.test(question)) for (const [name, item] of direct) if (name.test(question)) lines.add(item);
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
