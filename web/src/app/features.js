// The features of the page. A new one is a folder under features/ and a line here.
import * as activity from "../features/activity/index.js";
import * as cameras from "../features/cameras/index.js";
import * as desk from "../features/desk/index.js";
import * as homeCheck from "../features/home_check/index.js";
import * as homes from "../features/homes/index.js";
import * as security from "../features/security/index.js";
import * as visits from "../features/visits/index.js";
import * as login from "../features/login/index.js";

const FEATURES = [homes, cameras, activity, homeCheck, desk, visits, security, login];
const collect = (part) => FEATURES.flatMap((feature) => feature[part] ?? []);

/** Every page: {at: address, page: component, title: key of its heading, keepsPlace, fromMail}. */
export const routes = collect("routes");

/** Links at the top of every page: {words, link, shown(me)}. */
export const menu = collect("menu");

/** Links on the page of a home: {icon, words, link, shown(home)}. */
export const entrances = collect("entrances");

export const words = FEATURES.map(({ ja, en }) => ({ ja, en }));
