import { later } from "../../parts/later.js";
import { kept } from "./links.js";

export const routes = [{ at: kept, page: later(() => import("./pages/kept.js"), "Kept"), title: "kept.title" }];

/** `anyway`: whatever the home's contracts are for. */
export const entrances = [{ icon: "save", words: "entrance.kept", link: kept, shown: ({ role }) => role === "contractor", anyway: true }];
