import { address } from "../../lib/address.js";

export const billingDesk = address("/billing");
export const anyContract = address("/billing/contracts/:contract");
export const proposals = address("/billing/proposals");
export const monthOf = address("/billing/months/:month");
