// Tables of an evaluation in Markdown, which reads well in a terminal too.

const percent = (share) => (typeof share === "number" && !Number.isNaN(share) ? (100 * share).toFixed(1) : "–");

/** @param scored what `score` returned for the set. */
export function tablesOf(name, scored) {
  return scored.map(({ scope, questions, answerable, rows, times }) => {
    const title = `### ${name}, ${scope === "document" ? "inside the question's own document" : "over the whole library"}`;
    const behind = rows.filter(isBehind).length;
    const counted = `${questions} questions, ${answerable} answerable. Whole answers in ${times.median} ms at the median, 95 % within ${times.p95} ms, four asked at once.`;
    const standing = rows.some(({ best }) => best !== undefined)
      ? behind
        ? `${counted} Behind the best baseline in ${behind} ${behind === 1 ? "row" : "rows"}.`
        : `${counted} Behind the best baseline nowhere.`
      : `${counted} There are no baselines of this set.`;
    return [title, "", standing, "", ...tableOf(rows)].join("\n");
  });
}

const isBehind = ({ value, best }) => best !== undefined && value < best - 5e-5;

function tableOf(rows) {
  const lines = rows.map((row) => {
    const { title, value, low, high, best, system } = row;
    const between = low === undefined ? "" : `${percent(low)} to ${percent(high)}`;
    const baseline = best === undefined ? ["", ""] : [percent(best), `${isBehind(row) ? "**behind** " : ""}${system}`];
    return [title, percent(value), between, ...baseline];
  });
  return aligned([["", "ours, %", "95 % interval", "best baseline", "which"], ...lines]);
}

export function comparisonOf(name, differences) {
  const lines = differences.map(({ scope, column, n, delta, low, high }) => [
    `${scope}: ${column}`,
    percent(delta),
    `${percent(low)} to ${percent(high)}`,
    String(n),
  ]);
  const table = aligned([["", "difference, points", "95 % interval", "questions"], ...lines]);
  return [`### ${name}, against the earlier predictions`, "", ...table].join("\n");
}

function aligned([head, ...lines]) {
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => [...line[column]].length), 3));
  const row = (cells) =>
    `| ${cells.map((cell, column) => cell + " ".repeat(widths[column] - [...cell].length)).join(" | ")} |`;
  return [row(head), row(widths.map((width) => "-".repeat(width))), ...lines.map(row)];
}

/** The whole of docs/evaluation.md. */
export function documentOf({ date, commit, model, tables }) {
  return `# How good the answers are

Written by \`npm run eval -- --write\`; not edited by hand. Measured on ${date} at commit ${commit}, answers by ${model}.

Every question was asked over the HTTP API of a product that was started for it on an empty folder, once inside its own
document and once over all documents of its set. The sets and their scorer stand outside this repository. The intervals come
from drawing the questions again 1,000 times; “best baseline” is the best of the scorer's reference systems in that row alone,
whichever it is, so that no single system reaches them all. A sentence stands on its cited page when its letters and figures
do, in their order, in the text that the product itself read from that page. Weights and thresholds were chosen on these sets;
what leaving documents out says of them stands in [decisions](decisions/).

${tables.join("\n\n")}

### Time to the first citations

![Milliseconds to the first citations, from 1,000 to 100,000 chunks](pictures/growth.svg)

Drawn by \`node bench/retrieve.mjs --draw\`, one question at a time over HTTP, beside an OR of the question's words that is ranked by
\`ts_rank\` in SQL alone.
`;
}
