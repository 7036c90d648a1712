import { address } from "../../lib/address.js";

export const prices = address("/billing/prices");
