// It has no page: the chart stands on the page of a home.
export const words = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
export const sheets = ["/parts/more.css", "/vendor/uplot.css", "/features/motion/styles.css"];

export const later = true; // its words and sheets come with the chart
