import { later } from "../../parts/later.js";
import { account } from "./links.js";

export const routes = [{ at: account, page: later(() => import("./pages/account.js"), "Account"), title: "mylogin.title" }];

export const entrances = [{ icon: "bell", words: "entrance.account", link: account, shown: () => true }];
