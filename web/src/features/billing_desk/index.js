export { menu, routes } from "./routes.js";
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/features/billing_desk/styles.css"];
export const uses = ["contracts"]; // whose parts or words its pages show

export const later = true;
