import { address } from "../../lib/address.js";

export const security = address("/homes/:home/security");
export const contacts = address("/homes/:home/security/contacts");
export const keys = address("/homes/:home/security/keys");
