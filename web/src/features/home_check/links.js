import { address } from "../../lib/address.js";

export const homeCheck = address("/homes/:home/home-check");
