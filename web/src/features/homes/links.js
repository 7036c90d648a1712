import { address } from "../../lib/address.js";

export const home = address("/homes/:home");
