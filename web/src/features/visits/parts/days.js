// Days that are chosen for visits: from one to another, every so many days.
import { DAY, dayOf, dayStart } from "../../../lib/time.js";

/** The days from `first` to `last`, every `every` days. */
export function daysBetween(first, last, every) {
  const days = [];
  for (let at = dayStart(first); at <= dayStart(last || first); at += every * DAY) days.push(dayOf(at));
  return days;
}
