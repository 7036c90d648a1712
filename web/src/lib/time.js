// Instants as people read them. The watched home is in Japan, so all times are Japan's (no summer
// time there, so a day always begins at 15:00 UTC).
import { language } from "./i18n.js";
import { now } from "./clock.js";

const ZONE = "Asia/Tokyo";
export const DAY = 86_400_000;
const formats = new Map();

function format(instant, options) {
  const key = language() + JSON.stringify(options);
  if (!formats.has(key)) {
    const locale = language() === "ja" ? "ja-JP" : "en-GB";
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }));
  }
  return formats.get(key).format(new Date(instant));
}

/** The day in Japan, as 2026-11-22. */
export const dayOf = (instant) => new Date(new Date(instant).getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
export const today = () => dayOf(now());
export const dayStart = (day) => Date.parse(`${day}T00:00:00+09:00`);
export const dayAfter = (day, days) => dayOf(dayStart(day) + days * DAY);

/** What a field of type datetime-local holds, which is the time in Japan, as an instant; and an instant so. */
export const instantOf = (local) => `${local}:00+09:00`;
export const localOf = (instant) => new Date(instant + 9 * 3_600_000).toISOString().slice(0, 16);

export const clockTime = (instant) => format(instant, { hour: "numeric", minute: "2-digit" });
export const exactTime = (instant) => format(instant, { hour: "numeric", minute: "2-digit", second: "2-digit" });

export const fullDay = (instant) => format(instant, { year: "numeric", month: "long", day: "numeric", weekday: "short" });

export function dayName(day, { today: todayWord, yesterday: yesterdayWord }) {
  if (day === today()) return todayWord;
  if (day === dayAfter(today(), -1)) return yesterdayWord;
  const sameYear = day.slice(0, 4) === today().slice(0, 4);
  return format(dayStart(day), { ...(sameYear ? {} : { year: "numeric" }), month: "long", day: "numeric", weekday: "short" });
}

/** Day and time, the day left out when it is today. */
export function moment(instant, words) {
  const day = dayOf(instant);
  return day === today() ? clockTime(instant) : `${dayName(day, words)} ${clockTime(instant)}`;
}

/** As `moment`, but a day's end is that day's 24:00. */
export function deadline(instant, words) {
  const day = dayOf(Date.parse(instant) - 1);
  return dayStart(dayAfter(day, 1)) === Date.parse(instant) ? `${dayName(day, words)} 24:00` : moment(instant, words);
}

/** "3分前": for things that are recent. */
export function ago(instant) {
  const minutes = Math.max(0, Math.round((now() - Date.parse(instant)) / 60_000));
  const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  const said = minutes < 60 ? words.format(-minutes, "minute")
    : minutes < 48 * 60 ? words.format(-Math.round(minutes / 60), "hour")
    : words.format(-Math.round(minutes / 1440), "day");
  return language() === "ja" ? said.replaceAll(" ", "") : said;
}
