// Everything behind the sign-in as a file of its own: the library, the chat and the page, with their stylesheets.
import answer from "./answer/answer.css";
import chat from "./chat/chat.css";
import library from "./library/library.css";
import page from "./page/page.css";

export { Workspace as View } from "./workspace.tsx";
export const css = library + chat + answer + page;
