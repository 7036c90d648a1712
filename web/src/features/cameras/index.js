// What a home shows of its cameras; their pages are those of camera_pages.
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
