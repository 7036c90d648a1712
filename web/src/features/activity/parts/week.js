// Seven days beside each other, and beside the seven before.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { dayAfter, dayName, today } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";
import { Loading, ProblemNotice } from "../../../parts/messages.js";
import { activityWeekOf } from "../api.js";
import { length } from "./length.js";

const FEWEST = 4; // days of a week that are compared
const SURE = 2; // standard deviations of the difference

/** What the week's sleep is beside the week's before; nothing is said that the estimate cannot bear. */
function comparison({ mean, before }) {
  if (mean.asleep_minutes === null || mean.days < FEWEST || before.days < FEWEST) return t("week.few");
  const difference = mean.asleep_minutes - before.asleep_minutes;
  if (Math.abs(difference) < SURE * Math.hypot(mean.asleep_sd_minutes, before.asleep_sd_minutes)) return t("week.same");
  return t(difference > 0 ? "week.more" : "week.less", { length: length(Math.abs(difference), 10) });
}

export function Week({ home, sleep }) {
  const last = dayAfter(today(), -1);
  const { data, problem, reload } = useAnswer(activityWeekOf.path({ home, day: last }));
  const figure = (minutes) => (minutes === null ? t("week.unknown") : length(minutes, 10));
  const visits = data?.days.some((day) => day.visits !== null);
  const known = (day) => day.unknown_minutes < 360;
  const row = (title, one, count) => html`<tr><th scope="row">${title}</th>
    ${sleep && html`<td>${one ? figure(one.asleep_minutes) : t("week.unknown")}</td>`}
    <td>${one ? figure(one.away_minutes) : t("week.unknown")}</td>
    ${visits && html`<td>${count === null ? "" : t("day.times", { n: count })}</td>`}</tr>`;
  return html`<section class="card activity-week" aria-labelledby="activity-week">
    <h2 id="activity-week">${t("week.title")}</h2>
    ${!data && (problem ? html`<${ProblemNotice} problem=${problem} retry=${reload} />` : html`<${Loading} />`)}
    ${data && html`
      ${sleep && html`<p class="activity-compared">${comparison(data)}</p>`}
      <table>
        <thead><tr><th scope="col">${t("week.day")}</th>${sleep && html`<th scope="col">${t("week.sleep")}</th>`}<th scope="col">${t("week.away")}</th>${visits && html`<th scope="col">${t("week.visits")}</th>`}</tr></thead>
        <tbody>${data.days.toReversed().map((day) => row(dayName(day.date, dayWords()), known(day) ? day : null, known(day) ? day.visits : null))}</tbody>
        <tfoot>${row(t("week.mean"), data.mean.days ? data.mean : null, null)}${row(t("week.before"), data.before.days ? data.before : null, null)}</tfoot>
      </table>`}
  </section>`;
}
