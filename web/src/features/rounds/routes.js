import { later } from "../../parts/later.js";
import { isOperator, isResponder } from "../desk/parts/who.js";
import { dispatch, round } from "./links.js";

export const routes = [
  { at: round, page: later(() => import("./pages/round.js"), "RoundPage"), title: "round.title" },
  { at: dispatch, page: later(() => import("./pages/dispatch.js"), "DispatchPage"), title: "dispatch.title" },
];

export const menu = [
  { words: "menu.round", link: round, shown: isResponder },
  { words: "menu.dispatch", link: dispatch, shown: isOperator },
];
