import { address } from "../../lib/address.js";

export const openClaims = address("/billing/claims");
export const anyClaim = address("/billing/claims/:claim");
