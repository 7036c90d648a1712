import { t } from "../../../lib/i18n.js";

/** A length of time in words: 7時間20分. Rounded to `step` minutes: an estimate has no single ones. */
export function length(minutes, step = 1) {
  const whole = Math.round(minutes / step) * step;
  const h = Math.floor(whole / 60);
  const m = whole % 60;
  return t(h === 0 ? "length.minutes" : m === 0 ? "length.hours" : "length.both", { h, m });
}
