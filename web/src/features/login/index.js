// The login has no address: it stands before every page.
export { default as en } from "./words.en.js";
export { default as ja } from "./words.ja.js";
