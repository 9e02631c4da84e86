// The embeds' screens as a file of their own, with their stylesheets.
import "../parts/shared.ts";
import screens from "../parts/screens.css";
import editor from "./editor.css";
import embeds from "./embeds.css";
import use from "./use.css";

export { EmbedsView as View } from "./embeds-view.tsx";
export const css = screens + embeds + editor + use;
