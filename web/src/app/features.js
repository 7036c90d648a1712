// The features of the page. A new one is a folder under features/ and a line here.
import * as activity from "../features/activity/index.js";
import * as billingDesk from "../features/billing_desk/index.js";
import * as cameras from "../features/cameras/index.js";
import * as contracts from "../features/contracts/index.js";
import * as desk from "../features/desk/index.js";
import * as homeCheck from "../features/home_check/index.js";
import * as homes from "../features/homes/index.js";
import * as news from "../features/news/index.js";
import * as security from "../features/security/index.js";
import * as visits from "../features/visits/index.js";
import * as invitations from "../features/invitations/index.js";
import * as account from "../features/account/index.js";
import * as kept from "../features/kept/index.js";
import * as outbox from "../features/outbox/index.js";
import * as login from "../features/login/index.js";

const FEATURES = [homes, cameras, activity, homeCheck, contracts, billingDesk, desk, visits, security, news, invitations, account, kept, outbox, login];
/** The words of all features that come `later`, as one source: their pages use each other's parts. */
const together = async (language) => {
  const modules = await Promise.all(FEATURES.filter(({ later }) => later).map(({ words }) => words[language]()));
  return { default: Object.assign({}, ...modules.map((module) => module.default)) };
};
const rest = { ja: () => together("ja"), en: () => together("en") };
const collect = (part) => FEATURES.flatMap((feature) => (feature[part] ?? []).map((one) => ({ ...one, source: feature.later ? rest : feature.words })));

/** Every page: {at: address, page: component, title: key of its heading, keepsPlace, fromMail}. */
export const routes = collect("routes");

/** Links at the top of every page: {words, link, shown(me)}. */
export const menu = collect("menu");

/** Links on the page of a home: {icon, words, link, shown(home)}. */
export const entrances = collect("entrances");

/** The words that the first page needs: {ja, en}, each a function that loads them. The
 *  others are loaded with the first page of a feature that comes `later`. */
export const words = FEATURES.filter(({ later }) => !later).map((feature) => feature.words);
