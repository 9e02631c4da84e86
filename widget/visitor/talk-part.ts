// Questions, answers and earlier conversations as a file of their own: there before the first answer can be.
import answer from "../answer/answer.css";
import cite from "../answer/cite.css";
import answers from "../chat/answers.css";
import conversations from "../chat/conversations.css";
import { TurnList } from "../chat/turn-list.tsx";
import picture from "../page/picture.css";
import { Earlier } from "./earlier.tsx";

export const turns = { View: TurnList, css: answers + answer + cite + picture };
export const earlier = { View: Earlier, css: conversations };
