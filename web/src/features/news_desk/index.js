export { routes } from "./routes.js";
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const uses = ["news", "desk"]; // whose parts or words its pages show

export const later = true;
