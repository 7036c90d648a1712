import { address } from "../../lib/address.js";

export const kept = address("/homes/:home/kept");
