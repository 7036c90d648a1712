import { later } from "../../parts/later.js";
import { prices } from "./links.js";

export const routes = [{ at: prices, page: later(() => import("./pages/prices.js"), "Prices"), title: "prices.title" }];
