// It has no page: what is kept stands at the top of every page (app/main.js).
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };

export const later = true;
