// The chat as a file of its own; the page's stylesheet comes along, because sources draw marked pages too.
import answer from "../answer/answer.css";
import page from "../page/page.css";
import chat from "./chat.css";

export { ChatPane as View } from "./chat-pane.tsx";
export const css = chat + answer + page;
