// Visits to a home, for its contractor: what can be planned, what is planned, what came of it.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { dayAfter, dayStart, fullDay, moment, today } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { filled, Form, Input, Radios, Select } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { CaseBody } from "../../home_check/parts/case.js";
import { home as homeLink } from "../../homes/links.js";
import { dropVisit, planVisits, visitImage, visitsOf } from "../api.js";
import { daysBetween } from "../parts/days.js";

const PACE = 20_000;
const EVERY = [1, 2, 3, 7, 14, 28];
/** Where the API speaks of what a field of the form holds. */
const PLACES = { days: "first", "window.start": "start", "window.end": "end", "mailbox.to.postal_code": "postal_code", "mailbox.to.address": "address", "mailbox.to.name": "name" };

function Plan({ home, kinds, onDone }) {
  const [wish, setWish] = useState("leave");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const said = filled(event.target, ["visit", "first", "last", "every", "start", "end", "phone", "note", "postal_code", "address", "name"]);
    const to = wish === "forward" ? { postal_code: said.postal_code, address: said.address, name: said.name } : null;
    setBusy(true);
    setProblem(null);
    try {
      await planVisits({ home }, {
        visit: said.visit,
        days: daysBetween(said.first, said.last, Number(said.every)),
        window: { start: said.start, end: said.end },
        mailbox: { wish, to },
        phone: said.phone ?? "",
        note: said.note ?? "",
      });
      say(t("visits.done"));
      onDone();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<${Form} draft="plan" class="card" problem=${problem} places=${PLACES} onSubmit=${submit}>
    <${Select} name="visit" label=${t("visits.kind")} options=${kinds.map((one) => [one.visit, t(`visits.${one.visit}`)])} />
    <${Input} name="first" type="date" required min=${dayAfter(today(), 1)} label=${t("visits.first")} />
    <${Input} name="last" type="date" min=${dayAfter(today(), 1)} label=${t("visits.last")} hint=${t("visits.lastHint")} />
    <${Select} name="every" label=${t("visits.every")} options=${EVERY.map((n) => [n, t("visits.everyDays", { n })])} />
    <${Input} name="start" type="time" required value="09:00" label=${t("visits.start")} />
    <${Input} name="end" type="time" required value="17:00" label=${t("visits.end")} hint=${t("visits.endHint")} />
    <${Radios} name="wish" legend=${t("visits.mail")} chosen="leave" options=${["leave", "discard", "forward"].map((one) => [one, t(`visits.mail-${one}`)])} onChange=${setWish} />
    ${wish === "forward" && html`<p class="hint">${t("visits.forwardHint")}</p>
      <${Input} name="postal_code" required pattern="\\d{3}-?\\d{4}" placeholder="530-0001" label=${t("visits.postal")} />
      <${Input} name="address" required maxlength="200" label=${t("visits.address")} />
      <${Input} name="name" required maxlength="60" label=${t("visits.name")} />`}
    <${Input} name="phone" type="tel" maxlength="20" label=${t("visits.phone")} />
    <${Input} name="note" area maxlength="500" label=${t("visits.note")} />
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary wide" disabled=${busy}>${t("visits.submit")}</button>
  <//>`;
}

function Planned({ home, plan, onChange }) {
  const [problem, setProblem] = useState(null);
  const drop = async (day) => {
    setProblem(null);
    try {
      await dropVisit({ home, id: plan.plan, day });
      say(t("app.saved"));
      onChange();
    } catch (error) {
      setProblem(error);
    }
  };
  const hours = `${plan.wanted.window.start.slice(0, 5)}–${plan.wanted.window.end.slice(0, 5)}`;
  return html`<div class="card"><p><strong>${t(`visits.${plan.wanted.visit}`)}</strong> ${hours} <span class="hint">${plan.plan}</span></p>
    <p class="hint">${t(`visits.mail-${plan.wanted.mailbox.wish}`)}</p>
    <${ProblemNotice} problem=${problem} />
    <ul class="plain">${plan.days.map((one) => html`<li key=${one.day}>${fullDay(dayStart(one.day))} <span class="pill">${t(`visits.day-${one.state}`)}</span> ${one.why}
      ${one.state === "planned" && html`<button type="button" class="button quiet" onClick=${() => drop(one.day)}>${t("visits.drop")}</button>`}</li>`)}</ul></div>`;
}

export function VisitsPage({ me, home, title }) {
  const answer = useAnswer(visitsOf.path({ home }), { every: PACE });
  const other = instead(answer, title);
  if (other) return other;
  const { data: known, reload } = answer;
  const open = known.kinds.filter((one) => one.refused.length === 0);
  const against = known.kinds.filter((one) => one.refused.length > 0);
  const name = me.homes.find((one) => one.id === home)?.name ?? "";
  return html`<div class="narrow">
    <${Back} href=${homeLink({ home })}>${t("home.back", { home: name })}<//>
    <${Title}>${t("visits.title")}<//>
    ${known.cases.length > 0 && html`<section aria-labelledby="reports"><h2 id="reports">${t("visits.reports")}</h2>
      ${known.cases.map((shown, n) => html`<details class="card case" key=${shown.case} open=${n === 0}>
        <summary><strong>${t(`case.${shown.kind}`)}</strong><span class="pill">${t(`visits.is-${shown.result ?? shown.state}`)}</span>
          <span class="hint">${moment(shown.opened_at, dayWords())} ${shown.case}</span></summary>
        <${CaseBody} shown=${shown} image=${(one) => visitImage.path({ home, case: shown.case, name: one })} /></details>`)}</section>`}
    ${known.plans.length > 0 && html`<section aria-labelledby="plans"><h2 id="plans">${t("visits.plans")}</h2>
      ${known.plans.map((plan) => html`<${Planned} key=${plan.plan} home=${home} plan=${plan} onChange=${reload} />`)}</section>`}
    ${against.map((one) => html`<${Notice} key=${one.visit} title=${t("visits.not", { kind: t(`visits.${one.visit}`) })}>
      <ul class="grounds">${one.refused.map((why) => html`<li>${why.why}</li>`)}</ul><//>`)}
    ${open.length > 0 && html`<section aria-labelledby="plan"><h2 id="plan">${t("visits.plan")}</h2>
      <p class="hint">${t("visits.where", { address: known.address ?? "" })}</p>
      <${Plan} home=${home} kinds=${open} onDone=${reload} /></section>`}
    <p class="hint">${t("visits.call", { number: known.call_centre })}</p>
  </div>`;
}
