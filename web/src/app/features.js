// The features of the page. A new one is a folder under features/ and a line here.
import * as activity from "../features/activity/index.js";
import * as billingDesk from "../features/billing_desk/index.js";
import * as cameraPages from "../features/camera_pages/index.js";
import * as cameras from "../features/cameras/index.js";
import * as contracts from "../features/contracts/index.js";
import * as desk from "../features/desk/index.js";
import * as homeCheck from "../features/home_check/index.js";
import * as homes from "../features/homes/index.js";
import * as security from "../features/security/index.js";
import * as visits from "../features/visits/index.js";
import * as invitations from "../features/invitations/index.js";
import * as account from "../features/account/index.js";
import * as motion from "../features/motion/index.js";
import * as outbox from "../features/outbox/index.js";
import * as login from "../features/login/index.js";

const FEATURES = { homes, cameras, cameraPages, activity, homeCheck, contracts, billingDesk, desk, visits, security, invitations, account, motion, outbox, login };

const MORE = { sheets: ["/parts/more.css"] };
/** What a page of a feature needs: what the feature brings, and those whose parts it uses. */
const needs = (feature) => (feature.later ? [MORE, feature, ...(feature.uses ?? []).map((name) => FEATURES[name])] : [feature]);
const collect = (part) => Object.values(FEATURES).flatMap((feature) => {
  const needed = needs(feature); // one list for all: it is compared by identity
  return (feature[part] ?? []).map((one) => ({ ...one, needs: needed }));
});

/** Every page: {at: address, page: component, title: key of its heading, needs: features, keepsPlace, fromMail}. */
export const routes = collect("routes");

/** Links at the top of every page: {words, link, shown(me)}. */
export const menu = collect("menu");

/** Links on the page of a home: {icon, words, link, shown(home)}. */
export const entrances = collect("entrances");

/** What the first page needs. The others come `later`: with the first of their pages. */
export const first = Object.values(FEATURES).filter(({ later }) => !later);
