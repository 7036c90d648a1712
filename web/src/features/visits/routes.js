import { later } from "../../parts/later.js";
import { visits } from "./links.js";

export const routes = [
  { at: visits, page: later(() => import("./pages/visits.js"), "VisitsPage"), title: "visits.title", fromMail: true },
];

const covered = ({ role, features }) => role === "contractor" && ["empty-home", "intrusion"].some((one) => features.includes(one));
export const entrances = [{ icon: "home", words: "entrance.visits", link: visits, shown: covered }];
