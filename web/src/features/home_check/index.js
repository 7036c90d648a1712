export { entrances, routes } from "./routes.js";
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/features/home_check/styles.css"];
export const uses = ["visits"]; // whose parts or words its pages show

export const later = true;
