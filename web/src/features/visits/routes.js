import { later } from "../../parts/later.js";
import { isOperator, isResponder } from "../desk/parts/who.js";
import { dispatch, round, visits } from "./links.js";

export const routes = [
  { at: visits, page: later(() => import("./pages/visits.js"), "VisitsPage"), title: "visits.title", fromMail: true },
  { at: round, page: later(() => import("./pages/round.js"), "RoundPage"), title: "round.title" },
  { at: dispatch, page: later(() => import("./pages/dispatch.js"), "DispatchPage"), title: "dispatch.title" },
];

export const menu = [
  { words: "round.title", link: round, shown: isResponder },
  { words: "menu.dispatch", link: dispatch, shown: isOperator },
];

const covered = ({ role, features }) => role === "contractor" && ["empty-home", "intrusion"].some((one) => features.includes(one));
export const entrances = [{ icon: "home", words: "entrance.visits", link: visits, shown: covered }];
