import { later } from "../../parts/later.js";
import { invitation } from "./links.js";

const Invitation = later(() => import("./pages/invitation.js"), "Invitation");

export const routes = [{ at: invitation, page: Invitation, title: "invitation.title", open: true }];
