import { isOperator, isResponder } from "../desk/parts/who.js";
import { dispatch, round, visits } from "./links.js";
import { DispatchPage } from "./pages/dispatch.js";
import { RoundPage } from "./pages/round.js";
import { VisitsPage } from "./pages/visits.js";

export const routes = [
  { at: visits, page: VisitsPage, title: "visits.title", fromMail: true },
  { at: round, page: RoundPage, title: "round.title" },
  { at: dispatch, page: DispatchPage, title: "dispatch.title" },
];

export const menu = [
  { words: "round.title", link: round, shown: isResponder },
  { words: "dispatch.short", link: dispatch, shown: isOperator },
];

const covered = ({ role, features }) => role === "contractor" && ["empty-home", "intrusion"].some((one) => features.includes(one));
export const entrances = [{ icon: "home", words: "visits.title", link: visits, shown: covered }];
