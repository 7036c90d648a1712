import { later } from "../../parts/later.js";
import { news, piece } from "./links.js";

export const routes = [
  { at: news, page: later(() => import("./pages/news.js"), "News"), title: "news.title", fromMail: true, keepsPlace: true },
  { at: piece, page: later(() => import("./pages/piece.js"), "Piece"), title: "news.title", fromMail: true },
];

/** `anyway`: whatever the home's contracts are for. */
export const entrances = [{ icon: "info", words: "entrance.news", link: news, shown: () => true, anyway: true }];
