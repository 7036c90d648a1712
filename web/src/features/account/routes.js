import { later } from "../../parts/later.js";
import { account } from "./links.js";

export const routes = [{ at: account, page: later(() => import("./pages/account.js"), "Account"), title: "app.account" }];

/** `anyway`: whatever the home's contracts are for. */
export const entrances = [{ icon: "bell", words: "entrance.account", link: account, shown: () => true, anyway: true }];
