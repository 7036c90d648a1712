export { entrances, routes } from "./routes.js";
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/features/activity/styles.css"];

export const later = true;
