// The features of the page. A new one is a folder under features/ and a line here, or in staff.js.
import * as account from "../features/account/index.js";
import * as activity from "../features/activity/index.js";
import * as cameraPages from "../features/camera_pages/index.js";
import * as cameras from "../features/cameras/index.js";
import * as claims from "../features/claims/index.js";
import * as contracts from "../features/contracts/index.js";
import * as homeCheck from "../features/home_check/index.js";
import * as homes from "../features/homes/index.js";
import * as invitations from "../features/invitations/index.js";
import * as kept from "../features/kept/index.js";
import * as login from "../features/login/index.js";
import * as motion from "../features/motion/index.js";
import * as news from "../features/news/index.js";
import * as outbox from "../features/outbox/index.js";
import * as security from "../features/security/index.js";
import * as visits from "../features/visits/index.js";

const FAMILY = { homes, cameras, cameraPages, activity, homeCheck, contracts, claims, visits, security, invitations, news, account, kept, motion, outbox, login };
const MORE = { sheets: ["/parts/more.css"] };

/** What a page of a feature needs: what the feature brings, and those whose parts it uses. */
const needs = (feature, all) => (feature.later ? [MORE, feature, ...(feature.uses ?? []).map((name) => all[name])] : [feature]);

/**
 * What features, by their names, add to the page:
 * `routes`, every page: {at: address, page: component, title: key of its heading, needs: features, keepsPlace, fromMail};
 * `menu`, links at the top of every page: {words, link, shown(me)};
 * `entrances`, links on the page of a home: {icon, words, link, shown(home)}.
 */
function added(features, all = features) {
  const collect = (part) => Object.values(features).flatMap((feature) => {
    const needed = needs(feature, all); // one list for all: it is compared by identity
    return (feature[part] ?? []).map((one) => ({ ...one, needs: needed }));
  });
  return { routes: collect("routes"), menu: collect("menu"), entrances: collect("entrances") };
}

/** What the first page needs. The others come `later`: with the first of their pages. */
export const first = Object.values(FAMILY).filter(({ later }) => !later);

export const family = added(FAMILY);

/** What staff is shown beside that. No family loads it. */
export async function staff() {
  const { STAFF } = await import("./staff.js");
  return added(STAFF, { ...FAMILY, ...STAFF });
}
