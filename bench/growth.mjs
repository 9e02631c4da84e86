// Draws how the time to the first citations grows with the library: an SVG, both axes logarithmic.

const width = 760;
const height = 420;
const edge = { left: 64, right: 190, top: 24, bottom: 48 };
const labelHeight = 14;
const colours = { embedded: "#b4541a", PostgreSQL: "#224b8f" };
const chunkTicks = [1000, 5000, 20_000, 100_000];
const msTicks = [5, 10, 30, 60, 120, 300, 1000];

const log = (value, [low, high]) => Math.log(value / low) / Math.log(high / low);

/** @param rows `{ database, scope, chunks, median, p95, plain: { median } }`. */
export function drawGrowth(rows) {
  const x = (chunks) => edge.left + log(chunks, [800, 130_000]) * (width - edge.left - edge.right);
  const y = (ms) => height - edge.bottom - log(Math.max(ms, 1), [2, 3000]) * (height - edge.top - edge.bottom);
  const taken = [];
  /** Below what stands there already. */
  const labelPlace = (left, top) => {
    let free = top;
    for (const other of taken.sort((a, b) => a - b))
      if (Math.abs(other - free) < labelHeight) free = other + labelHeight;
    taken.push(free);
    return [left, free];
  };
  const curve = (points, colour, dash, label) => {
    const path = points.map(({ chunks, ms }) => `${x(chunks).toFixed(1)},${y(ms).toFixed(1)}`).join(" ");
    const dots = points.map(
      ({ chunks, ms }) => `<circle cx="${x(chunks).toFixed(1)}" cy="${y(ms).toFixed(1)}" r="3"/>`,
    );
    const [labelX, labelY] = labelPlace(x(points.at(-1).chunks) + 8, y(points.at(-1).ms) + 4);
    const name = `<text x="${labelX.toFixed(1)}" y="${labelY.toFixed(1)}" stroke="none">${label}</text>`;
    return `<g stroke="${colour}" fill="${colour}"><polyline points="${path}" fill="none" stroke-width="2" stroke-dasharray="${dash}"/>${dots.join("")}${name}</g>`;
  };
  const curves = Object.entries(colours).flatMap(([database, colour]) => {
    const own = rows.filter((row) => row.database === database).sort((a, b) => a.chunks - b.chunks);
    const of = (scope, pick) =>
      own.filter((row) => row.scope === scope).map((row) => ({ chunks: row.chunks, ms: pick(row) }));
    if (own.length === 0) return [];
    return [
      curve(
        of("library", (row) => row.median),
        colour,
        "none",
        `${database}, library`,
      ),
      curve(
        of("document", (row) => row.median),
        colour,
        "2 4",
        `${database}, one document`,
      ),
      curve(
        of("library", (row) => row.plain.median),
        colour,
        "8 5",
        `${database}, plain SQL`,
      ),
    ];
  });
  const vertical = chunkTicks.map(
    (chunks) => `<text x="${x(chunks)}" y="${height - 26}" text-anchor="middle">${chunks.toLocaleString("en")}</text>`,
  );
  const horizontal = msTicks.map(
    (ms) =>
      `<line x1="${edge.left}" x2="${width - edge.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#ddd"/><text x="${edge.left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#444">
<title>Time to the first citations by the number of chunks in the library</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${horizontal.join("\n")}
${vertical.join("\n")}
<text x="${edge.left}" y="${height - 8}">chunks in the database; time to the first citations, median</text>
${curves.join("\n")}
</svg>
`;
}
