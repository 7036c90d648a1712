import { later } from "../../parts/later.js";
import { claims } from "./links.js";

export const routes = [{ at: claims, page: later(() => import("./pages/claims.js"), "Claims"), title: "claims.title", fromMail: true }];
