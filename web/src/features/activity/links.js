import { address } from "../../lib/address.js";

export const activity = address("/homes/:home/activity");
