import { address } from "../../lib/address.js";

export const round = address("/round");
export const dispatch = address("/desk/dispatch");
