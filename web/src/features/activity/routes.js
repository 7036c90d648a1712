import { activity } from "./links.js";
import { Activity } from "./pages/activity.js";

export const routes = [{ at: activity, page: Activity, title: "activity.title", fromMail: true }];

const covered = ({ features }) => features.includes("activity");
export const entrances = [{ icon: "motion", words: "activity.title", link: activity, shown: covered }];
