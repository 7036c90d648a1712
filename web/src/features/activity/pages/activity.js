// Is she at home, is she up, did she sleep: a home at a glance, its day, its night, its week.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { clockTime, moment, today } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Notice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { home as homeLink } from "../../homes/links.js";
import { activityOf } from "../api.js";
import { Day } from "../parts/day.js";
import { length } from "../parts/length.js";
import { Month } from "../parts/month.js";
import { Preferences } from "../parts/preferences.js";
import { Told } from "../parts/told.js";
import { Week } from "../parts/week.js";

const PACE = 60_000;
const ICONS = { home: "home", sleep: "check", away: "place" };
const when = (instant) => moment(instant, dayWords());

function Now({ data }) {
  const since = !data.connected ? null : data.since ? t("now.since", { when: when(data.since) }) : t("now.long");
  return html`<div class=${`summary ${data.connected ? "well" : "warn"}`}>
    <${Icon} name=${data.connected ? ICONS[data.state] ?? "info" : "warn"} />
    <div>
      <p class="summary-main">${word("now", data.state)}</p>
      ${since && data.state !== "unknown" && html`<p>${since}</p>`}
      ${!data.connected && html`<p>${data.heard_at ? t("now.disconnected") : t("now.never")}</p>`}
      ${data.heard_at && html`<p>${t("now.heard", { when: when(data.heard_at) })}</p>`}
    </div>
  </div>`;
}

function Night({ night }) {
  const times = night?.visits?.map(({ since }) => clockTime(since)).join("、");
  return html`<section class="card activity-night" aria-labelledby="activity-night">
    <h2 id="activity-night">${t("night.title")}</h2>
    ${!night ? html`<p>${t("night.none")}</p>` : html`
      <p class="activity-figure">${t("night.about", { length: length(night.asleep_minutes, 10) })}</p>
      <p class="hint">${t("night.give", { length: length(Math.max(night.sd_minutes, 5), 5) })}</p>
      <dl class="facts">
        <div><dt>${t("state.sleep")}</dt><dd>${t("night.times", { bed: clockTime(night.bed), up: clockTime(night.up) })}</dd></div>
        ${night.visits && html`<div><dt>${t("night.visits")}</dt><dd>${night.visits.length ? t("night.visitsCount", { n: night.visits.length, times }) : t("night.visitsNone")}</dd></div>`}
      </dl>`}
  </section>`;
}

function Sensors({ sensors }) {
  return html`<section class="card activity-sensors" aria-labelledby="activity-sensors">
    <h2 id="activity-sensors">${t("sensors.title")}</h2>
    ${sensors.length === 0 && html`<p>${t("sensors.none")}</p>`}
    <ul>${sensors.map((one) => html`<li>
      <${Icon} name=${one.state === "connected" && !one.battery_low ? "check" : "warn"} />
      <div><strong>${one.name}</strong>
        <p>${one.state === "connected" ? t("sensor.connected") : word("sensor", one.state) && t(`sensor.${one.state}`, { when: when(one.heard_at) })}</p>
        ${one.battery !== null ? html`<p class=${one.battery_low ? "battery-low" : "hint"}>${t(one.battery_low ? "sensors.low" : "sensors.battery", { n: one.battery })}</p>` : one.battery_low && html`<p class="battery-low">${t("sensors.change")}</p>`}
      </div></li>`)}</ul>
  </section>`;
}

export function Activity({ me, home: id, title }) {
  const [day, setDay] = useState(today());
  const answer = useAnswer(activityOf.path({ home: id }), { every: PACE });
  const open = (chosen) => {
    setDay(chosen);
    document.getElementById("activity-day").scrollIntoView();
  };
  const other = instead(answer, title);
  if (other) return other;
  const { data, problem } = answer;
  const { name = "", role } = me.homes.find((one) => one.id === id) ?? {};
  const watches = role !== "watched";
  const sleep = data.night !== null || data.today.some(({ state }) => state === "sleep");
  return html`
    <${Back} href=${homeLink({ home: id })}>${t("home.back", { home: name })}<//>
    <${Title}>${t("activity.title")}<//>
    ${problem && html`<${Notice} tone="warn" live><p>${t("problem.stale")}</p><//>`}
    <${Now} data=${data} />
    ${watches && html`<${Told} home=${id} />`}
    <p class="hint activity-estimate">${data.estimate}</p>
    <div class="activity">
      <${Day} home=${id} day=${day} setDay=${setDay} />
      <${Night} night=${data.night} />
      <${Week} home=${id} sleep=${sleep} />
      <${Month} home=${id} sleep=${sleep} onDay=${open} />
      <${Sensors} sensors=${data.sensors} />
      ${watches && html`<${Preferences} home=${id} contractor=${role === "contractor"} />`}
    </div>`;
}
