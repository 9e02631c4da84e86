// Draws how late words come by the number of streams that a process carries: an SVG, the delay's axis logarithmic.

const width = 760;
const height = 420;
const edge = { left: 64, right: 150, top: 24, bottom: 48 };
const colours = ["#777", "#b4541a"];
const msTicks = [1, 3, 10, 30, 100, 300, 1000];

/** @param runs `{ name, points: { streams, p50, p99 }[] }`, the peer first. */
export function drawStreams(runs, boundMs) {
  const most = Math.max(...runs.flatMap(({ points }) => points.map(({ streams }) => streams)));
  const x = (streams) => edge.left + (streams / most) * (width - edge.left - edge.right);
  const y = (ms) => {
    const share = Math.log(Math.min(Math.max(ms, 0.5), 3000) / 0.5) / Math.log(3000 / 0.5);
    return height - edge.bottom - share * (height - edge.top - edge.bottom);
  };
  const curve = (points, pick, { colour, dash, label }) => {
    const places = points.map((point) => [x(point.streams).toFixed(1), y(pick(point)).toFixed(1)]);
    const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3"/>`).join("");
    const [endX, endY] = places.at(-1).map(Number);
    return `<g stroke="${colour}" fill="${colour}"><polyline points="${places.map((place) => place.join(",")).join(" ")}" fill="none" stroke-width="2" stroke-dasharray="${dash}"/>${dots}<text x="${endX + 8}" y="${endY + 4}" stroke="none">${label}</text></g>`;
  };
  const curves = runs.flatMap(({ name, points }, index) => [
    curve(points, ({ p99 }) => p99, { colour: colours[index], dash: "none", label: `${name}, p99` }),
    curve(points, ({ p50 }) => p50, { colour: colours[index], dash: "2 4", label: `${name}, median` }),
  ]);
  const line = (ms, colour, label) =>
    `<line x1="${edge.left}" x2="${width - edge.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="${colour}"/><text x="${edge.left - 8}" y="${y(ms) + 4}" text-anchor="end">${label}</text>`;
  const columns = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * most));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#444">
<title>How late words come by the number of open streams</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${msTicks.map((ms) => line(ms, "#ddd", `${ms} ms`)).join("\n")}
${line(boundMs, "#c33", "")}
${columns.map((streams) => `<text x="${x(streams)}" y="${height - 26}" text-anchor="middle">${streams.toLocaleString("en")}</text>`).join("\n")}
<text x="${edge.left}" y="${height - 8}">open streams of one process, twenty words a second in each; red: the bound of ${boundMs} ms</text>
${curves.join("\n")}
</svg>
`;
}
