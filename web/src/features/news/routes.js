import { later } from "../../parts/later.js";
import { news, newsDesk, newsFile, piece, writeNews } from "./links.js";

export const routes = [
  { at: news, page: later(() => import("./pages/news.js"), "News"), title: "news.title", fromMail: true, keepsPlace: true },
  { at: piece, page: later(() => import("./pages/piece.js"), "Piece"), title: "news.title", fromMail: true },
  { at: newsDesk, page: later(() => import("./pages/desk.js"), "NewsDesk"), title: "newsdesk.title", keepsPlace: true },
  { at: writeNews, page: later(() => import("./pages/write.js"), "WriteNews"), title: "newsdesk.new" },
  { at: newsFile, page: later(() => import("./pages/file.js"), "NewsFile"), title: "newsdesk.file" },
];

/** `anyway`: whatever the home's contracts are for. */
export const entrances = [{ icon: "info", words: "entrance.news", link: news, shown: () => true, anyway: true }];
