import { later } from "../../parts/later.js";
import { anyClaim, openClaims } from "./links.js";

export const routes = [
  { at: openClaims, page: later(() => import("./pages/open.js"), "OpenClaims"), title: "claimdesk.title", keepsPlace: true },
  { at: anyClaim, page: later(() => import("./pages/claim.js"), "ClaimPage"), title: "claimdesk.one" },
];
