// One day as a strip of states, and that in words.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { clockTime, dayAfter, dayName, dayStart, today } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Empty, Loading, ProblemNotice } from "../../../parts/messages.js";
import { activityDayOf } from "../api.js";
import { length } from "./length.js";

const PACE = 60_000;
const MINUTES = 1440;
const STATES = ["sleep", "home", "away", "unknown"];
const HOURS = [0, 6, 12, 18, 24];
const state = (name) => (STATES.includes(name) ? name : "unknown");
const minute = (instant, day) => (Date.parse(instant) - dayStart(day)) / 60_000;

function Strip({ spans, day, label }) {
  return html`<div class="strip">
    <svg viewBox="0 0 1440 100" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${spans.map((span) => html`<rect class=${`span-${state(span.state)}`} x=${minute(span.since, day)} width=${minute(span.until, day) - minute(span.since, day)} y="0" height="100" />`)}
    </svg>
    <div class="strip-hours" aria-hidden="true">${HOURS.map((h) => html`<span>${t("day.hour", { h })}</span>`)}</div>
  </div>`;
}

const Key = ({ name }) => html`<svg class="strip-key" viewBox="0 0 10 10" aria-hidden="true"><rect class=${`span-${name}`} width="10" height="10" rx="2" /></svg>`;

function Totals({ data }) {
  const minutes = { home: data.home_minutes, sleep: data.asleep_minutes, away: data.away_minutes, unknown: data.unknown_minutes };
  return html`<dl class="strip-totals">
    ${STATES.filter((name) => minutes[name] > 0).map((name) => html`<div><dt><${Key} name=${name} />${word("state", name)}</dt><dd>${length(minutes[name], 5)}</dd></div>`)}
    ${data.fridge && html`<div><dt>${t("day.fridge")}</dt><dd>${t("day.times", { n: data.fridge.length })}</dd></div>`}
  </dl>`;
}

export function Day({ home, day, setDay }) {
  const isToday = day === today();
  const { data, problem, reload } = useAnswer(activityDayOf.path({ home, day }), { every: isToday ? PACE : 0 });
  const until = (span) => (minute(span.until, day) === MINUTES ? "24:00" : clockTime(span.until));
  const words = (one) => STATES.map((name) => [name, one.spans.filter((span) => state(span.state) === name).reduce((sum, span) => sum + minute(span.until, day) - minute(span.since, day), 0)])
    .filter(([, sum]) => sum > 0).map(([name, sum]) => `${word("state", name)} ${length(sum, 5)}`).join("、");
  return html`<section class="card activity-day" aria-labelledby="activity-day">
    <h2 id="activity-day">${t("day.title")}</h2>
    <div class="field"><label for="activity-date">${t("day.label")}</label>
      <div class="day-choice">
        <button type="button" class="button square" aria-label=${t("day.previous")} onClick=${() => setDay(dayAfter(day, -1))}><${Icon} name="left" /></button>
        <input id="activity-date" type="date" value=${day} max=${today()} onChange=${(event) => event.target.value && setDay(event.target.value > today() ? today() : event.target.value)} />
        <button type="button" class="button square" aria-label=${t("day.next")} disabled=${isToday} onClick=${() => setDay(dayAfter(day, 1))}><${Icon} name="right" /></button>
      </div></div>
    <div class="activity-day-body">
      ${!data && (problem ? html`<${ProblemNotice} problem=${problem} retry=${reload} />` : html`<${Loading} />`)}
      ${data && (data.spans.some((span) => span.state !== "unknown")
        ? html`<${Strip} spans=${data.spans} day=${day} label=${t("day.strip", { day: dayName(day, dayWords()), totals: words(data) })} />
          <${Totals} data=${data} />
          <details class="spans"><summary>${t("day.spans")}</summary>
            <ol>${data.spans.map((span) => html`<li><${Key} name=${state(span.state)} /><span>${t("day.span", { since: clockTime(span.since), until: until(span) })}</span><strong>${word("state", span.state)}</strong></li>`)}</ol>
          </details>`
        : html`<${Empty} icon="motion" title=${t("day.none")} />`)}
    </div>
  </section>`;
}
