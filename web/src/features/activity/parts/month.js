// A month as a calendar of nights and days out; a day opens in the day's part of the page.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { dayAfter, today } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Loading, ProblemNotice } from "../../../parts/messages.js";
import { activityMonthOf } from "../api.js";
import { length } from "./length.js";

const FEWEST = 10; // days of a month that are compared
const SURE = 2; // standard deviations of the difference
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 0];
const OUT = 60; // minutes away that a day is marked for
const monthOf = (day) => day.slice(0, 7);
const monthAfter = (month, by) => monthOf(by > 0 ? dayAfter(`${month}-28`, 4) : dayAfter(`${month}-01`, -1));
const weekday = (day) => new Date(`${day}T00:00:00Z`).getUTCDay();
const hours = (minutes) => (minutes / 60).toFixed(1);

function Unusual({ unusual }) {
  if (!unusual) return null;
  const { nights, usual_minutes: usual, difference_minutes: by, sd_minutes: sd } = unusual;
  const words = t(by > 0 ? "month.more" : "month.less", { n: nights, length: length(Math.abs(by), 10), usual: length(usual, 10) });
  return html`<p class="activity-compared">${words}</p><p class="hint">${t("night.give", { length: length(Math.max(sd, 5), 5) })}</p>`;
}

/** Sleep and activity of the month beside the month before; nothing is said that the estimate cannot bear. */
function comparison({ mean, before }) {
  if (mean.asleep_minutes === null || mean.days < FEWEST || before.days < FEWEST) return t("month.few");
  const difference = mean.asleep_minutes - before.asleep_minutes;
  if (Math.abs(difference) < SURE * Math.hypot(mean.asleep_sd_minutes, before.asleep_sd_minutes)) return t("month.same");
  return t(difference > 0 ? "month.longer" : "month.shorter", { length: length(Math.abs(difference), 10) });
}

function Cell({ day, one, onDay }) {
  const known = one && one.unknown_minutes < 360;
  const asleep = known ? one.asleep_minutes : null;
  const words = [known ? null : t("week.unknown"), asleep !== null && `${t("week.sleep")} ${length(asleep, 10)}`, known && `${t("week.away")} ${length(one.away_minutes, 10)}`];
  return html`<td><button type="button" class="month-day" disabled=${day > today()} onClick=${() => onDay(day)} aria-label=${`${t("month.date", { d: Number(day.slice(8)) })} ${words.filter(Boolean).join("、")}`}>
    <span class="month-date">${Number(day.slice(8))}</span>
    <span class="month-sleep">${asleep === null ? (known ? "" : "－") : hours(asleep)}</span>
    ${known && one.away_minutes >= OUT && html`<svg class="strip-key" viewBox="0 0 10 10" aria-hidden="true"><rect class="span-away" width="10" height="10" rx="2" /></svg>`}
  </button></td>`;
}

export function Month({ home, sleep, onDay }) {
  const [month, setMonth] = useState(monthOf(today()));
  const { data, problem, reload } = useAnswer(activityMonthOf.path({ home, month }));
  const days = new Map((data?.days ?? []).map((one) => [one.date, one]));
  const first = `${month}-01`;
  const cells = [...Array((weekday(first) + 6) % 7).fill(null)];
  for (let day = first; monthOf(day) === month; day = dayAfter(day, 1)) cells.push(day);
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, n) => cells.slice(7 * n, 7 * n + 7));
  const figure = (title, one) => html`<div><dt>${title}</dt><dd>${one.days ? [
    sleep && one.asleep_minutes !== null && `${t("week.sleep")} ${length(one.asleep_minutes, 10)}`,
    `${t("week.away")} ${length(one.away_minutes, 10)}`,
    one.activity !== null && `${t("month.activity")} ${t("month.rate", { n: one.activity.toFixed(1) })}`,
  ].filter(Boolean).join("、") : t("week.unknown")}</dd></div>`;
  return html`<section class="card activity-month" aria-labelledby="activity-month">
    <h2 id="activity-month">${t("month.title")}</h2>
    <div class="day-choice">
      <button type="button" class="button square" aria-label=${t("month.previous")} onClick=${() => setMonth(monthAfter(month, -1))}><${Icon} name="left" /></button>
      <strong>${t("month.name", { y: month.slice(0, 4), m: Number(month.slice(5)) })}</strong>
      <button type="button" class="button square" aria-label=${t("month.next")} disabled=${month === monthOf(today())} onClick=${() => setMonth(monthAfter(month, 1))}><${Icon} name="right" /></button>
    </div>
    ${!data && (problem ? html`<${ProblemNotice} problem=${problem} retry=${reload} />` : html`<${Loading} />`)}
    ${data && html`
      ${sleep && html`<${Unusual} unusual=${data.unusual} /><p>${comparison(data)}</p>`}
      <table>
        <thead><tr>${WEEKDAYS.map((n) => html`<th scope="col">${t(`weekday.${n}`)}</th>`)}</tr></thead>
        <tbody>${weeks.map((week) => html`<tr>${week.map((day) => (day ? html`<${Cell} day=${day} one=${days.get(day)} onDay=${onDay} />` : html`<td></td>`))}</tr>`)}</tbody>
      </table>
      <p class="hint month-key">${sleep && t("month.key")} <svg class="strip-key" viewBox="0 0 10 10" aria-hidden="true"><rect class="span-away" width="10" height="10" rx="2" /></svg> ${t("month.out")}</p>
      <dl class="facts">${figure(t("month.mean"), data.mean)}${figure(t("month.before"), data.before)}</dl>`}
  </section>`;
}
