import { later } from "../../parts/later.js";
import { imports } from "./links.js";

export const routes = [{ at: imports, page: later(() => import("./pages/imports.js"), "Imports"), title: "imports.title" }];
