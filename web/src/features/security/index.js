export { entrances, routes } from "./routes.js";
export { default as en } from "./words.en.js";
export { default as ja } from "./words.ja.js";
