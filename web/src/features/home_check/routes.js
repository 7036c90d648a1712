import { later } from "../../parts/later.js";
import { homeCheck } from "./links.js";

export const routes = [{ at: homeCheck, page: later(() => import("./pages/home-check.js"), "HomeCheck"), title: "check.title" }];

const FEATURES = ["home-check", "partner-registration"];
const covered = ({ role, features }) => role === "contractor" && FEATURES.some((one) => features.includes(one));
export const entrances = [{ icon: "person", words: "entrance.home_check", link: homeCheck, shown: covered }];
