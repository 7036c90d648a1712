import { address } from "../../lib/address.js";

export const claims = address("/contracts/:contract/claims");
