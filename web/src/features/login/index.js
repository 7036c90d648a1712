// The login itself has no address: it stands before every page.
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/features/login/styles.css"];

export const later = true;
