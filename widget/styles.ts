// The stylesheets that are there from the start; parts bring their own. Constructed: no <style>, no style attribute,
// so a strict policy has nothing to refuse.
import base from "./base.css";
import layout from "./layout.css";
import controls from "./parts/controls.css";
import floating from "./parts/floating.css";
import paper from "./parts/paper.css";
import theme from "./theme.css";

export function styles(...more: string[]): CSSStyleSheet[] {
  return [theme, base, controls, paper, floating, layout, ...more].map(styleSheet);
}

export function styleSheet(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
