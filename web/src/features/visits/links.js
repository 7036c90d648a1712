import { address } from "../../lib/address.js";

export const visits = address("/homes/:home/visits");
