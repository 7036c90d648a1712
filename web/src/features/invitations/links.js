import { address } from "../../lib/address.js";

export const invitation = address("/invitations/:token");
