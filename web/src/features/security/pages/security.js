// A guarded home at a glance: how each area stands, arming and disarming, alarms, what happened.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { usePicture } from "../../../lib/pictures.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty, Notice, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { home as homeLink } from "../../homes/links.js";
import { operate, securityOf } from "../api.js";
import { contacts, keys } from "../links.js";

const PACE = 5_000;
const ALARM = ["triggered", "pending"];

/** The answer to the first question: is it armed, and is everything all right? */
function Summary({ view }) {
  const states = view.areas.map(({ state }) => state);
  const alarm = view.cases.some(({ open }) => open) || states.includes("triggered");
  const armed = view.areas.filter(({ state }) => state !== "disarmed");
  const words = !view.connected_at ? "security.notConnected" : alarm ? "security.alarm" : view.silent ? "security.silent" : armed.length === view.areas.length ? "security.allArmed" : armed.length ? "security.someArmed" : "security.noneArmed";
  const trouble = alarm || view.silent || !view.connected_at;
  return html`<div class=${`summary ${trouble ? "warn" : armed.length ? "well" : ""}`}>
    <${Icon} name=${trouble ? "warn" : armed.length ? "lock" : "home"} />
    <div><p class="summary-main">${t(words)}</p>
      ${view.connected_at && html`<p class="hint">${t("security.heard", { when: moment(view.connected_at, dayWords()) })}</p>`}</div></div>`;
}

/** Arming with something open: what is left out, and why. */
function LeaveOut({ mode, sensors, onConfirm, onClose }) {
  const labels = sensors.filter(({ name }) => mode.open.includes(name)).map(({ label }) => label);
  return html`<${Dialog} title=${t("security.leaveOut", { what: labels.join("、") })} confirm=${t("security.armSo")} onClose=${onClose}
    onConfirm=${(data) => onConfirm(Object.fromEntries(mode.open.map((name) => [name, String(data.get("why"))])))}>
    <p>${t("security.leaveOutText")}</p>
    <div class="field"><label for="why">${t("security.why")}</label><input id="why" name="why" required maxlength="80" /></div><//>`;
}

function Area({ home, area, view, onDone }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [asked, setAsked] = useState(null);
  const send = async (body) => {
    setAsked(null);
    setBusy(true);
    setProblem(null);
    try {
      onDone(await operate({ home }, { areas: [area.id], ...body }));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const arm = (mode, bypass = {}) => send({ action: "arm", mode: mode.mode, monitoring: mode.monitoring, bypass });
  const blocked = (mode) => mode.why_not.length > 0;
  const others = (mode) => mode.why_not.length > mode.open.length;
  return html`<section class=${`card area ${ALARM.includes(area.state) ? "alarm" : area.state}`}>
    <h2>${area.name}</h2>
    <p class="state"><strong>${t(`security.state-${area.state}`)}</strong>${area.mode_name && html` <span>${area.mode_name}</span>`}</p>
    ${area.since && html`<p class="hint">${t("security.since", { when: moment(area.since, dayWords()), who: area.who, means: area.means })}</p>`}
    ${area.bypassed.length > 0 && html`<p class="hint">${t("security.leftOut", { what: area.bypassed.join("、") })}</p>`}
    ${view.may_operate && area.state === "disarmed" && area.modes.map((mode) => html`
      <button type="button" class="button primary wide" disabled=${busy || others(mode)} onClick=${() => (mode.open.length ? setAsked(mode) : arm(mode))}>${t("security.arm", { mode: mode.name })}</button>
      ${blocked(mode) && html`<p class="hint">${mode.why_not.join(" ")}</p>`}`)}
    ${view.may_operate && area.state !== "disarmed" && (area.may_disarm
      ? html`<button type="button" class="button outline wide" disabled=${busy} onClick=${() => send({ action: "disarm" })}>${t("security.disarm")}</button>`
      : html`<p class="hint">${t("security.atController")}</p>`)}
    <${ProblemNotice} problem=${problem} />
    ${asked && html`<${LeaveOut} mode=${asked} sensors=${view.sensors} onConfirm=${(bypass) => arm(asked, bypass)} onClose=${() => setAsked(null)} />`}
  </section>`;
}

/** What became of the last thing that was asked from afar. */
function LastCommand({ command }) {
  if (!command || command.state === "done") return null;
  const tone = command.state === "sent" ? "info" : "warn";
  return html`<${Notice} tone=${tone} live title=${t(`security.command-${command.state}`)}><p>${command.said}</p><//>`;
}

function Cases({ cases }) {
  if (!cases.length) return null;
  return html`<section class="card"><h2>${t("security.cases")}</h2><ul class="lines">${cases.map((one) => html`
    <li><time>${moment(one.at, dayWords())}</time><div><strong>${one.result ? t(`security.result-${one.result}`) : t("security.running")}</strong><p class="hint">${one.case}</p></div></li>`)}</ul></section>`;
}

/** Who was on the grounds: fetched when it is asked for, and perhaps still on its way. */
function Grounds({ path }) {
  const [open, setOpen] = useState(false);
  const { url, problem } = usePicture(open ? path : null);
  if (!open) return html`<button type="button" class="button quiet" onClick=${() => setOpen(true)}>${t("security.picture")}</button>`;
  if (problem) return html`<p class="hint">${t("security.noPicture")}</p>`;
  return url && html`<div class="picture"><img src=${url} alt=${t("security.pictureAlt")} /></div>`;
}

function History({ lines }) {
  return html`<section class="card"><h2>${t("security.history")}</h2>
    ${lines.length ? html`<ul class="lines">${lines.map((one) => html`<li><time>${moment(one.at, dayWords())}</time>
      <div>${one.said}${one.who && html`<p class="hint">${[one.who, one.means].filter(Boolean).join(" ")}</p>`}${one.picture && html`<${Grounds} path=${one.picture} />`}</div></li>`)}</ul>` : html`<${Empty} icon="clock" title=${t("security.noHistory")} />`}</section>`;
}

function Troubles({ sensors }) {
  const found = sensors.filter(({ trouble }) => trouble.length);
  if (!found.length) return null;
  return html`<${Notice} tone="warn" title=${t("security.troubles")}>${found.map(({ label, trouble }) => html`<p>${label}: ${trouble.map((one) => t(`security.trouble-${one}`)).join("、")}</p>`)}<//>`;
}

export function SecurityPage({ me, home, title }) {
  const name = me.homes.find(({ id }) => id === home)?.name ?? "";
  const answer = useAnswer(securityOf.path({ home }), { every: PACE });
  const missing = instead(answer, title);
  if (missing) return missing;
  const view = answer.data;
  return html`<div class="narrow security"><${Back} href=${homeLink({ home })}>${t("home.back", { home: name })}<//>
    <${Title}>${t("security.title")}<//>
    <${Summary} view=${view} />
    <${LastCommand} command=${view.commands[0]} />
    ${view.areas.map((area) => html`<${Area} key=${area.id} home=${home} area=${area} view=${view} onDone=${answer.put} />`)}
    ${!view.may_operate && html`<p class="hint">${t("security.onlyKeys")}</p>`}
    <${Troubles} sensors=${view.sensors} />
    <${Cases} cases=${view.cases} />
    <${History} lines=${view.history} />
    ${view.source === "app" && html`<p class="hint">${t("security.inBrowser")}</p>`}
    ${view.may_edit && html`<nav class="card more"><a class="button outline wide" href=${contacts({ home })}>${t("contacts.title")}</a>
      <a class="button outline wide" href=${keys({ home })}>${t("keys.title")}</a></nav>`}
  </div>`;
}
