// The page's words. Every visible string stands in ja.js and en.js under the same key.
import ja from "./ja.js";
import en from "./en.js";

const LANGUAGES = { ja, en };
const KEPT = "mimamori.language";
const listeners = new Set();
let current = LANGUAGES[localStorage.getItem(KEPT)] ? localStorage.getItem(KEPT) : "ja";
document.documentElement.lang = current;

export const language = () => current;

export function setLanguage(next) {
  if (next === current || !LANGUAGES[next]) return;
  current = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The words for `key`; `{name}` is filled in, `n` also chooses between one and other. */
export function t(key, values = {}) {
  let words = LANGUAGES[current][key];
  if (words === undefined) return key;
  if (typeof words === "object") {
    const form = new Intl.PluralRules(current).select(values.n);
    words = words[form] ?? words.other;
  }
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The words for a value of the API, or those for any value this page does not know yet. */
export const word = (group, value, unknown = "other") =>
  `${group}.${value}` in LANGUAGES[current] ? t(`${group}.${value}`) : t(`${group}.${unknown}`);

export const dayWords = () => ({ today: t("time.today"), yesterday: t("time.yesterday") });
