import { later } from "../../parts/later.js";
import { newsDesk, newsFile, writeNews } from "./links.js";

export const routes = [
  { at: newsDesk, page: later(() => import("./pages/desk.js"), "NewsDesk"), title: "newsdesk.title", keepsPlace: true },
  { at: writeNews, page: later(() => import("./pages/write.js"), "WriteNews"), title: "newsdesk.new" },
  { at: newsFile, page: later(() => import("./pages/file.js"), "NewsFile"), title: "newsdesk.file" },
];
