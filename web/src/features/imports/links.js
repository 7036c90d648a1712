import { address } from "../../lib/address.js";

export const imports = address("/billing/imports");
