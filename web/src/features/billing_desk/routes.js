import { later } from "../../parts/later.js";
import { anyContract, billingDesk, monthOf, proposals } from "./links.js";

export const routes = [
  { at: billingDesk, page: later(() => import("./pages/search.js"), "Search"), title: "billing.title", keepsPlace: true },
  { at: anyContract, page: later(() => import("./pages/contract.js"), "AnyContract"), title: "billing.contract" },
  { at: proposals, page: later(() => import("./pages/proposals.js"), "Proposals"), title: "proposals.title", keepsPlace: true },
  { at: monthOf, page: later(() => import("./pages/month.js"), "MonthPage"), title: "closing.title", keepsPlace: true },
];

const clerk = ({ groups }) => ["billing", "admin"].some((one) => groups.includes(one));
export const menu = [{ words: "menu.billing", link: billingDesk, shown: clerk, leads: true }];
