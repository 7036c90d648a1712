import { address } from "../../lib/address.js";

export const newsDesk = address("/desk/news");
export const writeNews = address("/desk/news/new");
export const newsFile = address("/desk/news/files/:news");
