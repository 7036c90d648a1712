// The last answers about homes, and about what a responder is to do, kept on a phone of one's own: what is shown while there is no line,
// with its time. They are gone when somebody logs out.
import { now } from "./clock.js";
import { lasting } from "./session.js";

const KEPT = "mimamori.kept";
const WORTH = /^\/api\/(me|homes\/[^/]+(\/(devices|events\?[^/]*|activity\/notices))?|dispatch\/(me(\/round)?|tasks(\/[^/]+)?))$/;
const MOST = 30;
const listeners = new Set();
let shown = null;

const all = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}");

/** Keeps an answer, if it is worth it and the phone is one's own. */
export function keepAnswer(path, data) {
  if (shown !== null) show(null);
  if (!lasting() || !WORTH.test(path)) return;
  const kept = { ...all(), [path]: { at: now(), data } };
  const newest = Object.entries(kept).sort(([, one], [, other]) => other.at - one.at).slice(0, MOST);
  try {
    localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(newest)));
  } catch {
    localStorage.removeItem(KEPT); // the phone is full
  }
}

/** The answer of `path` as it was last, if it is kept. */
export function keptAnswer(path) {
  const found = all()[path];
  if (!found) return undefined;
  show(Math.min(shown ?? Infinity, found.at));
  return found.data;
}

export const forgetKept = () => localStorage.removeItem(KEPT);

/** From when the oldest answer is that is shown for want of a line; null when there is a line. */
export const keptSince = () => shown;

export function onKept(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function show(at) {
  shown = at;
  for (const listener of listeners) listener();
}
