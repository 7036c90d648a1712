// A pause, its extension, its end, a cancellation: first what it would bring, then the word for it.
import { t } from "../../../lib/i18n.js";
import { forgetBelow } from "../../../lib/data.js";
import { dayAfter, today } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Form, Input, Radios } from "../../../parts/fields.js";
import { Hidden } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { cancel, contractOf, extend, lookAhead, pause, resume } from "../api.js";
import { contract as contractLink } from "../links.js";
import { dayWords, Lines, monthName, yen } from "../parts/money.js";

const SEND = { pause, extend, resume, cancel };
const MONTHS = [1, 2, 3];

function Ahead({ step, ahead }) {
  return html`<div class="card ahead">
    ${step === "cancel" && html`<p class="reason">${t("step.endsOn", { day: dayWords(ahead.ends_on) })}</p>`}
    ${["pause", "extend"].includes(step) && ahead.pause && html`<p class="reason">${t("step.pausedUntil", { until: dayWords(ahead.pause.end), resumes: dayWords(ahead.pause.resumes) })}</p>
      <p>${t("step.pausedMeans")}</p>`}
    ${ahead.return_by && html`<p>${t("step.returnBy", { day: dayWords(ahead.return_by) })}</p>`}
    ${step === "cancel" && ahead.owed > 0 && html`<${Notice} tone="warn"><p>${t("step.owed", { yen: yen(ahead.owed) })}</p><//>`}
    ${ahead.bills.length === 0 ? html`<p>${t("step.free")}</p>` : html`<h2>${t("step.costs")}</h2>
      ${ahead.bills.map((bill) => html`<section key=${bill.month}><h3>${t("invoices.of", { month: monthName(bill.month) })}</h3><${Lines} ...${bill} /></section>`)}
      ${ahead.bills.length > 1 && html`<p class="reason">${t("step.together", { yen: yen(ahead.total) })}</p>`}`}
  </div>`;
}

export function Step({ contract, step }) {
  const [ahead, setAhead] = useState(null);
  const [wanted, setWanted] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const shown = useRef();
  useEffect(() => { if (ahead) shown.current?.focus(); }, [ahead]);
  if (!SEND[step]) return html`<${Hidden} />`;
  const tried = async (work) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const look = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const said = {};
    if (data.get("months")) said.months = Number(data.get("months"));
    if (data.get("desired")) said.desired = data.get("desired");
    tried(async () => {
      setAhead(await lookAhead({ contract }, { step, ...said }));
      setWanted(said);
    });
  };
  const confirm = () => tried(async () => {
    await SEND[step]({ contract }, wanted);
    forgetBelow(contractOf.path({ contract }));
    say(t(`step.done-${step}`));
    location.hash = contractLink({ contract });
  });
  return html`<div class="narrow"><${Back} href=${contractLink({ contract })}>${t("contract.back")}<//>
    <${Title}>${t(`step.${step}`)}<//>
    ${!ahead && html`<${Form} draft="step" class="card" problem=${problem} onSubmit=${look}>
      <p>${t(`step.lead-${step}`)}</p>
      ${["pause", "extend"].includes(step) && html`<${Radios} name="months" legend=${t("step.months")} chosen=${1} options=${MONTHS.map((n) => [n, t("step.nMonths", { n })])} />`}
      ${step === "cancel" && html`<${Input} name="desired" type="date" min=${dayAfter(today(), 1)} label=${t("step.desired")} hint=${t("step.desiredHint")} />`}
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t("step.look")}</button><//>`}
    ${ahead && html`<div tabindex="-1" ref=${shown}><${Ahead} step=${step} ahead=${ahead} />
      <${ProblemNotice} problem=${problem} />
      <div class="actions"><button type="button" class=${`button wide ${step === "cancel" ? "danger" : "primary"}`} disabled=${busy} onClick=${confirm}>${t(`step.confirm-${step}`)}</button>
        <button type="button" class="button quiet wide" disabled=${busy} onClick=${() => setAhead(null)}>${t("step.other")}</button>
        <a class="button quiet wide" href=${contractLink({ contract })}>${t("app.cancel")}</a></div></div>`}
  </div>`;
}
