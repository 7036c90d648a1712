import { address } from "../../lib/address.js";

export const visits = address("/homes/:home/visits");
export const round = address("/round");
export const dispatch = address("/desk/dispatch");
