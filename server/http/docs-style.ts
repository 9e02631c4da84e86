// How the page of the contract looks: the widget's paper and ink, in a file of its own.

export const docsStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(oklch(0.985 0.004 90), oklch(0.195 0.006 80));
  --sheet: light-dark(oklch(1 0 0), oklch(0.225 0.006 80));
  --ink: light-dark(oklch(0.24 0.008 80), oklch(0.93 0.008 90));
  --ink-2: light-dark(oklch(0.43 0.008 80), oklch(0.77 0.008 90));
  --line: light-dark(oklch(0.24 0.008 80 / 0.1), oklch(0.93 0.008 90 / 0.11));
  --hover: light-dark(oklch(0.24 0.008 80 / 0.045), oklch(0.93 0.008 90 / 0.06));
  --accent: light-dark(oklch(0.41 0.105 258), oklch(0.79 0.085 252));
  --good: light-dark(oklch(0.46 0.09 155), oklch(0.78 0.1 155));
  --bad: light-dark(oklch(0.49 0.15 27), oklch(0.76 0.12 27));
  --warn: light-dark(oklch(0.48 0.09 65), oklch(0.8 0.1 75));
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  background: var(--paper);
  color: var(--ink);
  font: 400 15px / 1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  -webkit-text-size-adjust: 100%;
  scroll-padding-block-start: 24px;
}
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: minmax(0, 1fr); }
h1, h2, h3, h4, p, ul { margin: 0; padding: 0; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code { font-family: var(--mono); font-size: 0.87em; overflow-wrap: anywhere; }
.skip { position: absolute; inset-inline-start: -999px; }
.skip:focus { inset: 8px auto auto 8px; background: var(--sheet); padding: 8px 12px; z-index: 1; }
nav { padding: 20px 16px; border-block-end: 1px solid var(--line); font-size: 13px; }
nav p { font-weight: 600; }
nav .brand { flex-basis: 100%; font-size: 16px; }
nav { display: flex; flex-wrap: wrap; gap: 0 20px; }
nav ul { list-style: none; display: none; }
nav a { display: block; padding: 4px 8px; margin-inline: -8px; border-radius: 8px; color: var(--ink-2); text-decoration: none; break-inside: avoid; }
nav p a { color: var(--ink); }
nav a:hover { background: var(--hover); color: var(--ink); }
main { min-inline-size: 0; padding: 24px 16px 96px; }
main > * { max-inline-size: 880px; margin-inline: auto; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; }
h1 span { font-size: 16px; font-weight: 400; color: var(--ink-2); letter-spacing: 0; }
h2 { font-size: 20px; line-height: 1.3; margin-block: 56px 4px; }
h3 { font-size: 16px; line-height: 1.4; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { font-size: 13px; font-weight: 600; color: var(--ink-2); margin-block: 20px 4px; }
header p, section > p, article > p { max-inline-size: 68ch; margin-block-start: 8px; }
article { background: var(--sheet); border: 1px solid var(--line); border-radius: 14px; padding: 20px; margin-block-start: 16px; }
article:target { border-color: var(--accent); }
.call { display: flex; gap: 8px; align-items: baseline; }
.method { font: 600 12px / 1.6 var(--mono); color: var(--accent); border: 1px solid currentColor; border-radius: 4px; padding-inline: 6px; }
.callers, .about, .optional, .type { font-size: 13px; color: var(--ink-2); }
.about { display: block; }
.optional { font-weight: 400; }
table { inline-size: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: baseline; padding: 8px 0; border-block-start: 1px solid var(--line); overflow-wrap: anywhere; }
tr:first-child > th, tr:first-child > td { border-block-start: 0; }
th { font-weight: 500; inline-size: 30%; padding-inline-end: 16px; }
td table { margin-block-start: 8px; border-inline-start: 2px solid var(--line); }
td table th { padding-inline-start: 12px; }
.media { margin-block-start: 8px; }
.status { font: 600 13px / 1.6 var(--mono); }
.s2, .s3 { color: var(--good); }
.s4 { color: var(--warn); }
.s5 { color: var(--bad); }
pre { margin: 12px 0 0; padding: 12px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; font-size: 14px; line-height: 1.5; }
pre code { overflow-wrap: normal; }
@media (min-width: 960px) {
  body { grid-template-columns: 272px minmax(0, 1fr); }
  nav { position: sticky; inset-block-start: 0; block-size: 100vh; overflow-y: auto; border-block-end: 0; border-inline-end: 1px solid var(--line); padding: 24px; }
  nav { display: block; }
  nav ul { display: block; }
  nav p + p, nav ul + p { margin-block-start: 16px; }
  main { padding: 40px 48px 96px; }
}
@media (max-width: 560px) {
  article { padding: 16px; }
  tr, th, td { display: block; inline-size: auto; }
  td { border-block-start: 0; padding-block-start: 0; }
  th { padding-block-end: 0; }
  tr:first-child > td { padding-block-end: 8px; }
}
@media (prefers-contrast: more) { :root { --line: var(--ink-2); --ink-2: var(--ink); } }
@media print { nav { display: none; } body { display: block; } }
`;
