import { homeCheck } from "./links.js";
import { HomeCheck } from "./pages/home-check.js";

export const routes = [{ at: homeCheck, page: HomeCheck, title: "check.title" }];

const FEATURES = ["home-check", "partner-registration"];
const covered = ({ role, features }) => role === "contractor" && FEATURES.some((one) => features.includes(one));
export const entrances = [{ icon: "person", words: "check.title", link: homeCheck, shown: covered }];
