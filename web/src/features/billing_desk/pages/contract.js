// A contract with all that is known of it, for whoever answers the telephone.
import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { dayOf, dayStart, fullDay } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Phone } from "../../../parts/contact.js";
import { Dialog } from "../../../parts/dialog.js";
import { Form, Input } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { accountOf, anyContractOf, decide, inviteAnybody, jointInvoicesOfAnybody, jointPaperOf, jointTableOf, moneyCame, paperOf, peopleOfAnybody, takeBack } from "../api.js";
import { anyContract, billingDesk } from "../links.js";
import { Entry } from "../parts/entry.js";
import { Paper } from "../../contracts/parts/paper.js";
import { ProposalCard } from "../parts/proposal.js";

const BESIDE = ["event", "key", "on", "id", "retracted", "said"]; // of a fact: said elsewhere, or not for people
const yen = (amount) => `${amount.toLocaleString("ja-JP")}円`;

function useTried() {
  const [problem, setProblem] = useState(null);
  const tried = (work) => async (...said) => {
    setProblem(null);
    try {
      await work(...said);
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  return [problem, tried];
}

function Screening({ contract, onDone }) {
  const [problem, tried] = useTried();
  const answer = (body) => tried(async () => onDone(await decide({ contract }, body)));
  return html`<${Notice} icon="info" title=${t("screening.title")}><${ProblemNotice} problem=${problem} />
    <div class="chips"><button type="button" class="button primary" onClick=${answer({ accept: true })}>${t("screening.accept")}</button>
    <button type="button" class="button quiet" onClick=${answer({ accept: false })}>${t("screening.refuse")}</button></div><//>`;
}

/** A value of a fact in words: a choice by its name, a moment by its day, the rest as it was written. */
function inWords(value) {
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return fullDay(dayStart(dayOf(value)));
  const key = `value.${value}`;
  return t(key) === key ? String(value) : t(key);
}

/** What a fact says beside what it is and when: ["請求月 2026-10", …]. What was left empty is not said. */
function details(fact) {
  const said = ([name, value]) => {
    if (BESIDE.includes(name) || value === null || value === "" || value?.length === 0) return [];
    if (Array.isArray(value)) return [`${word("entry", name)} ${value.map(inWords).join("・")}`];
    if (typeof value === "object") return Object.entries(value).flatMap(said);
    return [`${word("entry", name)} ${inWords(value)}`];
  };
  return Object.entries(fact).flatMap(said);
}

function Facts({ contract, facts, onDone }) {
  const [asked, ask] = useState(null);
  const [problem, tried] = useTried();
  const back = tried(async (data) => {
    const wanted = { fact: asked.key, reason: data.get("reason") };
    ask(null);
    onDone(await takeBack({ contract }, wanted));
  });
  return html`<section aria-labelledby="facts"><h2 id="facts">${t("billing.facts")}</h2><${ProblemNotice} problem=${problem} />
    <ol class="rows">${[...facts].reverse().map((fact) => html`<li class=${`card fact ${fact.retracted ? "gone" : ""}`} key=${fact.key}>
      <p><strong>${word("fact", fact.event)}</strong> ${fullDay(dayStart(dayOf(fact.on)))}${fact.retracted && ` ${t("billing.takenBack")}`}<br />
        <span class="hint">${details(fact).join("、")}</span></p>
      ${!fact.retracted && !["retracted", "applied"].includes(fact.event) && html`<button type="button" class="button quiet" onClick=${() => ask(fact)}>${t("billing.takeBack")}</button>`}</li>`)}</ol>
    ${asked && html`<${Dialog} title=${t("billing.takeBackAsk", { what: word("fact", asked.event) })} confirm=${t("billing.takeBack")} danger onConfirm=${back} onClose=${() => ask(null)}>
      <${Input} name="reason" required maxlength="500" label=${t("entry.reason")} /><//>`}
  </section>`;
}

function Account({ contract }) {
  const { data, put } = useAnswer(accountOf.path({ contract }));
  const [problem, tried] = useTried();
  if (!data) return null;
  const came = tried(async (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    put(await moneyCame({ contract }, { amount: Number(said.get("amount")), reference: said.get("reference"), ...(said.get("on") ? { on: said.get("on") } : {}) }));
    event.target.reset();
  });
  return html`<section class="card" aria-labelledby="account"><h2 id="account">${t("account.title")}</h2>
    <table class="bill"><thead><tr><th scope="col">${t("account.month")}</th><th scope="col">${t("account.invoiced")}</th><th scope="col">${t("account.open")}</th></tr></thead>
      <tbody>${[...data.months].reverse().map((one) => html`<tr key=${one.month}><th scope="row">${one.month}</th><td>${yen(one.invoiced)}</td><td>${yen(one.open)}</td></tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t("account.sum")}</th><td></td><td><strong>${yen(data.open)}</strong></td></tr></tfoot></table>
    ${data.to_give_back > 0 && html`<${Notice} tone="warn"><p>${t("account.giveBack", { yen: yen(data.to_give_back) })}</p><//>`}
    <details><summary>${t("account.came")}</summary><${Form} problem=${problem} onSubmit=${came}>
      <${Input} name="amount" type="number" min="1" required label=${t("entry.amount")} />
      <${Input} name="reference" required maxlength="80" label=${t("entry.reference")} hint=${t("account.once")} />
      <${Input} name="on" type="date" label=${t("entry.on")} hint=${t("entry.onHint")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide">${t("account.take")}</button><//></details></section>`;
}

/** What this contract pays for itself and others. */
function Joint({ contract }) {
  const { data } = useAnswer(jointInvoicesOfAnybody.path({ contract }));
  if (!data?.length) return null;
  return html`<details class="card"><summary><strong>${t("billing.joint")}</strong></summary>
    <ul class="rows">${[...data].reverse().map((one) => html`<li key=${one.month}><p><strong>${one.month}</strong> ${yen(one.total)} ${one.open > 0 && html`<span class="pill silent">${t("billing.jointOpen", { yen: yen(one.open) })}</span>`}</p>
      <table class="bill"><tbody>${one.parts.map((part) => html`<tr key=${`${part.contract} ${part.month}`}><th scope="row"><a href=${anyContract({ contract: part.contract })}>${part.home_name}</a> ${part.month !== one.month && part.month}</th><td>${yen(part.amount)}</td></tr>`)}</tbody></table>
      <${Paper} path=${jointPaperOf.path({ contract, month: one.month })} name=${`${one.number}.pdf`}>${t("billing.jointPdf")}<//>
      <${Paper} path=${jointTableOf.path({ contract, month: one.month })} name=${`${one.number}.csv`}>${t("billing.jointCsv")}<//></li>`)}</ul></details>`;
}

function People({ contract }) {
  const { data, put } = useAnswer(peopleOfAnybody.path({ contract }));
  const [problem, tried] = useTried();
  if (!data) return null;
  const invite = (person) => tried(async () => put(await inviteAnybody({ contract, person })));
  return html`<section class="card" aria-labelledby="users"><h2 id="users">${t("billing.people")}</h2><${ProblemNotice} problem=${problem} />
    <ul class="rows">${data.people.map((one) => html`<li key=${one.key}>${one.name} ${word("role", one.role)} ${one.email}
      <span class="pill">${t(`login.is-${one.login ? "member" : one.invitation ?? "none"}`)}</span>
      ${!one.login && one.email && html` <button type="button" class="button quiet" onClick=${invite(one.key)}>${t("billing.invite")}</button>`}</li>`)}</ul></section>`;
}

export function AnyContract({ me, contract, title }) {
  const answer = useAnswer(anyContractOf.path({ contract }));
  const other = instead(answer, title);
  if (other) return other;
  const { contract: known, agreement, facts, invoices, proposals, not_understood: odd, may_terminate: grounds } = answer.data;
  const person = agreement.contractor;
  return html`<div class="wide-page"><${Back} href=${billingDesk()}>${t("billing.back")}<//>
    <${Title}>${`${person.name}（${known.home_name}）`}<//>
    <p><span class="pill">${word("standing", known.state)}</span> ${known.name} ${known.id}</p>
    ${odd.length > 0 && html`<${Notice} tone="error" title=${t("billing.odd")}>${odd.map((one) => html`<p>${word("fact", one.event)}（${one.rule}）${one.why}</p>`)}<//>`}
    ${grounds.length > 0 && html`<${Notice} tone="warn" title=${t("billing.mayTerminate")}>${grounds.map((one) => html`<p>${fullDay(dayStart(one.since))} ${one.ground}（${one.rule}）</p>`)}<//>`}
    ${known.state === "applied" && html`<${Screening} contract=${contract} onDone=${answer.put} />`}
    <dl class="facts card">
      <div><dt>${t("billing.phone")}</dt><dd>${person.phone ? html`<${Phone} number=${person.phone} />` : "—"}</dd></div>
      <div><dt>${t("billing.mail")}</dt><dd>${person.email || "—"}</dd></div>
      <div><dt>${t("billing.address")}</dt><dd>${agreement.address || "—"}</dd></div>
      <div><dt>${t("billing.plan")}</dt><dd>${known.plan}</dd></div>
      <div><dt>${t("billing.ends")}</dt><dd>${known.ends_on ? fullDay(dayStart(known.ends_on)) : "—"}</dd></div>
      <div><dt>${t("billing.return")}</dt><dd>${known.return_by ? fullDay(dayStart(known.return_by)) : "—"}</dd></div>
    </dl>
    ${proposals.length > 0 && html`<section aria-labelledby="waiting"><h2 id="waiting">${t("proposals.title")}</h2>
      <ul class="rows">${proposals.map((one) => html`<${ProposalCard} key=${one.id} one=${one} me=${me} onDone=${answer.put} />`)}</ul></section>`}
    <${Entry} contract=${contract} product=${known.product} plan=${known.plan} onDone=${answer.put} />
    <${Account} key=${facts.length} contract=${contract} />
    <${People} contract=${contract} />
    ${invoices.length > 0 && html`<details class="card"><summary><strong>${t("billing.papers")}</strong></summary><ul class="rows">${[...invoices].reverse().map((one) => html`<li key=${one.month}>
      <${Paper} path=${paperOf.path({ contract, month: one.month })} name=${`${contract}-${one.month}.pdf`}>${one.month} ${yen(one.total)}<//></li>`)}</ul></details>`}
    <${Joint} contract=${contract} />
    <${Facts} contract=${contract} facts=${facts} onDone=${answer.put} />
  </div>`;
}
