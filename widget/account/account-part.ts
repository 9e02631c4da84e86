// The account's screen as a file of its own, with its stylesheets.
import "../parts/shared.ts";
import screens from "../parts/screens.css";
import account from "./account.css";

export { AccountView as View } from "./account-view.tsx";
export const css = screens + account;
