// The page beside the chat as a file of its own, with its stylesheet.
import css from "./page.css";

export { PagePane as View } from "./page-pane.tsx";
export { css };
