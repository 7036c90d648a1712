import { later } from "../../parts/later.js";
import { activity } from "./links.js";

export const routes = [{ at: activity, page: later(() => import("./pages/activity.js"), "Activity"), title: "activity.title", fromMail: true }];

const covered = ({ features }) => features.includes("activity");
export const entrances = [{ icon: "motion", words: "entrance.activity", link: activity, shown: covered }];
