// The stylesheets that are there from the start; parts bring their own. Constructed: no <style>, no style attribute,
// so a strict policy has nothing to refuse.
import base from "./base.css";
import layout from "./layout.css";
import controls from "./parts/controls.css";
import floating from "./parts/floating.css";
import paper from "./parts/paper.css";
import signIn from "./sign-in/sign-in.css";
import theme from "./theme.css";

export function styles(): CSSStyleSheet[] {
  return [theme, base, controls, paper, floating, layout, signIn].map(styleSheet);
}

export function styleSheet(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
