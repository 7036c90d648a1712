export { entrances, routes } from "./routes.js";
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/features/camera_pages/styles.css"];
export const later = true;
