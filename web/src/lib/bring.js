// What a feature brings beside its modules: words, {ja, en}, and sheets, their addresses.
import { learn } from "./i18n.js";
import { wear } from "./sheets.js";

const brought = new Set();

/** Fetches the words and the sheets of features. */
export async function bring(features) {
  await Promise.all([learn(features.map(({ words }) => words).filter(Boolean)), ...features.flatMap(({ sheets = [] }) => sheets).map(wear)]);
  for (const feature of features) brought.add(feature);
}

/** Whether all that these features bring was fetched. */
export const has = (features) => features.every((feature) => brought.has(feature));
