// The stylesheets, constructed once for each element: no <style>, no style attribute, so a strict policy has nothing to refuse.
import layout from "./layout.css";
import library from "./library/library.css";
import signIn from "./sign-in/sign-in.css";
import theme from "./theme.css";

export function styles(): CSSStyleSheet[] {
  return [theme, layout, signIn, library].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
