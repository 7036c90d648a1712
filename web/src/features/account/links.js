import { address } from "../../lib/address.js";

export const account = address("/account");
