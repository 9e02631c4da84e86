// Everything behind the sign-in as a file of its own: the library, the chat and the page, with their stylesheets.
import answer from "./answer/answer.css";
import cite from "./answer/cite.css";
import answers from "./chat/answers.css";
import chat from "./chat/chat.css";
import composer from "./chat/composer.css";
import conversations from "./chat/conversations.css";
import cards from "./library/cards.css";
import empty from "./library/empty.css";
import library from "./library/library.css";
import rows from "./library/rows.css";
import picture from "./page/picture.css";
import "./parts/shared.ts";

export { Workspace as View } from "./workspace.tsx";
export const css = library + rows + cards + empty + chat + answers + composer + conversations + answer + cite + picture;
