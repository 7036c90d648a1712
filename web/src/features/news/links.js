import { address } from "../../lib/address.js";

export const news = address("/news");
export const piece = address("/news/:news");
