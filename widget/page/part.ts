// The page beside the chat as a file of its own.
export { PagePane as View } from "./page-pane.tsx";
