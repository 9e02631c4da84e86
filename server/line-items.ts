// The lines of a company's statements, each with the names that companies give it.

/** A line of a statement, by the words that it begins with. */
export type LineItem = string;

export const sales: LineItem[] = [
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
  "total net revenues",
  "total sales",
  "reported sales",
];
export const costOfSales: LineItem[] = [
  "cost of sales",
  "cost of revenue",
  "cost of revenues",
  "cost of goods sold",
  "cost of products sold",
  "total cost of revenue",
  "total cost of sales",
];
export const grossProfit: LineItem[] = ["gross profit", "gross margin"];
export const operatingIncome: LineItem[] = [
  "total operating income",
  "operating income",
  "income from operations",
  "operating profit",
  "operating income loss",
  "earnings from operations",
  "income loss from operations",
  "profit from operations",
];
export const netIncome: LineItem[] = [
  "net income",
  "net earnings",
  "net income loss",
  "net loss",
  "consolidated net income",
  "net earnings loss",
  "profit for the year",
];
export const pretax: LineItem[] = [
  "income before income taxes",
  "earnings before income taxes",
  "income before income tax expense",
  "earnings before income tax expense",
  "income before provision for income taxes",
  "earnings before provision for taxes on income",
];
export const taxes: LineItem[] = [
  "provision for income taxes",
  "income tax expense",
  "income taxes",
  "provision for taxes on income",
];
export const interest: LineItem[] = ["interest expense", "interest expense net"];
export const depreciation: LineItem[] = [
  "depreciation and amortization",
  "depreciation",
  "amortization",
  "depreciation amortization and accretion",
];
export const currentAssets: LineItem[] = ["total current assets", "current assets"];
export const currentLiabilities: LineItem[] = ["total current liabilities", "current liabilities"];
export const cash: LineItem[] = ["cash and cash equivalents"];
export const receivables: LineItem[] = [
  "accounts receivable",
  "receivables",
  "trade receivables",
  "accounts receivable net",
  "receivables net",
  "trade receivables net",
];
export const inventories: LineItem[] = [
  "inventories",
  "inventory",
  "merchandise inventories",
  "merchandise inventory",
  "total inventories",
  "total inventory",
];
export const payables: LineItem[] = ["accounts payable", "trade payables"];
export const totalAssets: LineItem[] = ["total assets"];
export const equity: LineItem[] = [
  "shareholders equity",
  "stockholders equity",
  "total equity",
  "total shareholders equity",
  "total stockholders equity",
  "total shareholders equity deficit",
  "total stockholders equity deficit",
];
export const debt: LineItem[] = [
  "long-term debt",
  "total debt",
  "short-term debt",
  "long-term debt less current portion",
  "current portion of long-term debt",
  "notes payable",
];
export const fixedAssets: LineItem[] = [
  "property and equipment net",
  "property plant and equipment net",
  "net property and equipment",
  "property plant and equipment",
];
export const operatingCash: LineItem[] = [
  "net cash provided by operating activities",
  "total cash provided by operating activities",
  "net cash from operating activities",
  "cash flows from operating activities",
  "net cash provided by used in operating activities",
];
export const investingCash: LineItem[] = [
  "net cash used in investing activities",
  "total cash used in investing activities",
  "net cash provided by used in investing activities",
];
export const financingCash: LineItem[] = [
  "net cash used in financing activities",
  "total cash used in financing activities",
  "net cash provided by used in financing activities",
  "net cash provided by financing activities",
];
export const capitalExpenditure: LineItem[] = [
  "purchases of property and equipment",
  "purchases of property plant and equipment",
  "purchase of property plant and equipment",
  "capital expenditures",
  "additions to property and equipment",
  "additions to property plant and equipment",
  "capital expenditure",
  "acquisition of property plant and equipment",
  "payments for property plant and equipment",
];
export const dividends: LineItem[] = [
  "dividends paid",
  "cash dividends paid",
  "payment of dividends",
  "payments of dividends",
];
const kinds = (kind: "basic" | "diluted"): LineItem[] => [
  kind,
  `${kind} eps`,
  `eps ${kind}`,
  ...["earnings", "net income", "net earnings", "income"].flatMap((what) =>
    ["per share", "per common share"].flatMap((each) => [`${kind} ${what} ${each}`, `${what} ${each} ${kind}`]),
  ),
];
export const diluted = kinds("diluted");
export const basic = kinds("basic");
export const earningsPerShare: LineItem[] = [...basic, ...diluted];
export const goodwill: LineItem[] = ["goodwill", "total goodwill"];
export const totalLiabilities: LineItem[] = ["total liabilities"];
export const longTermDebt: LineItem[] = [
  "long-term debt",
  "total long-term debt",
  "long-term debt excluding current portion",
  "long-term borrowings",
  "non-current debt",
  "noncurrent debt",
  "long-term notes payable",
];
export const totalDebt: LineItem[] = ["total debt", "total borrowings", ...longTermDebt];
export const deferredRevenue: LineItem[] = ["deferred revenue", "deferred revenues", "unearned revenue"];
export const research: LineItem[] = [
  "research and development",
  "research and development expense",
  "research and development expenses",
  "research and development costs",
  "technology and development",
  "product development",
];
export const administration: LineItem[] = [
  "selling general and administrative",
  "selling general and administrative expense",
  "selling general and administrative expenses",
  "selling marketing and administrative expenses",
];
export const freeCash: LineItem[] = ["free cash flow", "adjusted free cash flow", "non-gaap free cash flow"];
export const taxRate: LineItem[] = ["effective tax rate", "effective income tax rate"];
export const dividendsPerShare: LineItem[] = [
  "dividends per share",
  "cash dividends per share",
  "dividends declared per share",
  "cash dividends declared per share",
  "dividends declared per common share",
  "cash dividends declared per common share",
  "dividends per common share",
  "regular quarterly cash dividends per share",
];
