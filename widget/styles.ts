// The stylesheets that are there from the start; parts bring their own. Constructed: no <style>, no style attribute,
// so a strict policy has nothing to refuse.
import layout from "./layout.css";
import signIn from "./sign-in/sign-in.css";
import theme from "./theme.css";

export function styles(): CSSStyleSheet[] {
  return [theme, layout, signIn].map(styleSheet);
}

export function styleSheet(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
