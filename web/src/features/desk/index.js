export { menu, routes } from "./routes.js";
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/features/desk/styles.css"];
export const uses = ["homeCheck", "visits", "rounds"]; // whose parts or words its pages show

export const later = true;
