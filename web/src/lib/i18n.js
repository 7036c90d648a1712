// The page's words. Every visible string stands in words.ja.js and words.en.js of the feature that
// says it (or of app/) under the same key.
const LANGUAGES = { ja: {}, en: {} };
const KEPT = "mimamori.language";
const listeners = new Set();
let current = chosen() ?? preferred() ?? "ja";
document.documentElement.lang = current;

/** The language that was chosen in this browser before, if any. */
function chosen() {
  const kept = localStorage.getItem(KEPT);
  return LANGUAGES[kept] ? kept : null;
}

/** The first language of the browser's own list that the page speaks, if any. */
function preferred() {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => LANGUAGES[tag]);
}

/** Where known words came from: {ja, en}, each a function that loads a module of keys and words. */
const sources = new Set();

/** Learns words of more sources, in the language at hand. */
export async function learn(more) {
  const fresh = more.filter((source) => !sources.has(source));
  const wanted = current;
  await load(wanted, fresh);
  if (current !== wanted) await load(current, fresh); // chosen meanwhile
  for (const source of fresh) sources.add(source);
}

async function load(wanted, some = [...sources]) {
  const found = await Promise.all(some.map((source) => source[wanted]()));
  Object.assign(LANGUAGES[wanted], ...found.map((module) => module.default));
}

export const language = () => current;

/** Switches to a language that a person chose, and keeps it for their next visit. */
export async function setLanguage(next) {
  if (!LANGUAGES[next]) return;
  localStorage.setItem(KEPT, next);
  if (next === current) return;
  try {
    await load(next);
  } catch {
    return; // no line: the page goes on in the language it has
  }
  current = next;
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]/;
/** A value within a sentence: what is written from right to left, or turns what follows, turns only itself. */
const isolated = (value) => (TURNS.test(value) ? `\u2068${String(value).replace(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069` : value);

/** The words for `key`; `{name}` is filled in, `n` also chooses between one and other. */
export function t(key, values = {}) {
  let words = LANGUAGES[current][key];
  if (words === undefined) return key;
  if (typeof words === "object") {
    const form = new Intl.PluralRules(current).select(values.n);
    words = words[form] ?? words.other;
  }
  return words.replace(/\{(\w+)\}/g, (_, name) => isolated(values[name] ?? ""));
}

/** The words for a value of the API, or those for any value this page does not know yet. */
export const word = (group, value, unknown = "other") =>
  `${group}.${value}` in LANGUAGES[current] ? t(`${group}.${value}`) : t(`${group}.${unknown}`);

/** Every value of a group with its words, in the order of the words' file: [[value, words], …]. */
export const choices = (group) => Object.keys(LANGUAGES[current])
  .filter((key) => key.startsWith(`${group}.`))
  .map((key) => [key.slice(group.length + 1), t(key)]);

export const dayWords = () => ({ today: t("time.today"), yesterday: t("time.yesterday") });
