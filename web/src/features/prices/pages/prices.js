// Prices by date: lists that hold or will, and a new one, which is looked at before it is proposed.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { dayAfter, dayStart, fullDay, moment, today } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Check, Form, Input, Select } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty, Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { billingDesk } from "../../billing_desk/links.js";
import { agreeToPrices, priceLists, productsOf, proposePrices, rejectPrices, withdrawPrices } from "../api.js";

const FEE = "monthly_fee.price";
const yen = (amount) => t("prices.yen", { n: amount.toLocaleString("ja-JP") });
const day = (one) => fullDay(dayStart(one));
const termWords = (term) => (term === FEE ? t("prices.fee") : term);

const Changes = ({ changes }) => html`<table class="bill"><thead><tr><th scope="col">${t("prices.plan")}</th><th scope="col">${t("prices.was")}</th><th scope="col">${t("prices.new")}</th></tr></thead>
  <tbody>${changes.map((one) => html`<tr key=${`${one.plan} ${one.term}`}><th scope="row">${one.plan || t("prices.everyPlan")} ${termWords(one.term)}</th><td>${one.was == null ? "—" : yen(one.was)}</td><td><strong>${yen(one.yen)}</strong></td></tr>`)}</tbody></table>`;

function List({ one, name, me, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const step = (work) => async () => {
    setBusy(true);
    setProblem(null);
    try {
      onDone(await work({ id: one.id }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const [first] = one.facts;
  const mine = first?.by === me.id;
  const waiting = one.state === "proposed";
  const holds = one.first <= today();
  return html`<li class="card stack" aria-labelledby=${`list-${one.id}`}>
    <h2 id=${`list-${one.id}`}>${name} <span class="pill">${word("pricelist", one.state)}</span></h2>
    <p>${t("prices.since", { day: day(one.first) })}</p>
    <${Changes} changes=${one.changes} />
    ${first && html`<p class="hint">${mine ? t("prices.mine") : t("prices.by")} ${moment(first.at, dayWords())}</p>`}
    <${ProblemNotice} problem=${problem} />
    <div class="chips">${waiting && !mine && html`<button type="button" class="button primary" disabled=${busy} onClick=${step(agreeToPrices)}>${t("prices.agree")}</button>`}
      ${waiting && html`<button type="button" class="button quiet" disabled=${busy} onClick=${step(rejectPrices)}>${t(mine ? "prices.drop" : "prices.reject")}</button>`}
      ${one.state === "agreed" && !holds && html`<button type="button" class="button quiet" disabled=${busy} onClick=${step(withdrawPrices)}>${t("prices.withdraw")}</button>`}</div></li>`;
}

/** A row of the form: which price of which plan. */
function Row({ n, plans }) {
  return html`<fieldset class="new-price"><legend class="unseen">${t("prices.row", { n: n + 1 })}</legend>
    <${Select} name=${`plan-${n}`} label=${t("prices.plan")} options=${[["", t("prices.everyPlan")], ...plans.map(({ plan, monthly_fee: fee }) => [plan, t("prices.now", { plan, yen: yen(fee) })])]} />
    <${Input} name=${`term-${n}`} required value=${FEE} pattern="[a-z_]+(\\.[a-z_]+)*" label=${t("prices.term")} />
    <${Input} name=${`yen-${n}`} type="number" min="0" inputmode="numeric" required label=${t("prices.new")} /></fieldset>`;
}

function New({ products, onProposed }) {
  const [product, choose] = useState(products[0].product);
  const [rows, setRows] = useState(1);
  const [tried, show] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const place = useRef();
  useEffect(() => { if (tried) place.current?.focus(); }, [tried]);
  const { plans } = products.find((one) => one.product === product);
  const send = async (said, then) => {
    setBusy(true);
    setProblem(null);
    try {
      then(await proposePrices({}, said));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const look = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const changes = Array.from({ length: rows }, (_, n) => ({ plan: data.get(`plan-${n}`), term: data.get(`term-${n}`), yen: Number(data.get(`yen-${n}`)) }));
    const said = { product, first: data.get("first"), changes };
    show(null);
    send({ ...said, dry_run: true }, (answer) => show({ said, answer }));
  };
  const propose = (event) => {
    event.preventDefault();
    const despite = new FormData(event.target).has("despite");
    send({ ...tried.said, dry_run: false, despite_warnings: despite }, () => {
      show(null);
      say(t("prices.proposed"));
      onProposed();
    });
  };
  const doubts = tried?.answer.findings ?? [];
  const wrong = doubts.some((one) => one.startsWith("error"));
  return html`<section class="card stack" aria-labelledby="new-prices"><h2 id="new-prices">${t("prices.title-new")}</h2>
    <${Form} problem=${tried ? null : problem} onSubmit=${look} onInput=${() => tried && show(null)}>
      <${Select} name="product" label=${t("prices.product")} chosen=${product} onChange=${(event) => choose(event.target.value)} options=${products.map((one) => [one.product, one.name])} />
      <${Input} name="first" type="date" required min=${dayAfter(today(), 1)} label=${t("prices.first")} hint=${t("prices.firstHint")} />
      ${Array.from({ length: rows }, (_, n) => html`<${Row} key=${`${product} ${n}`} n=${n} plans=${plans} />`)}
      <button type="button" class="button quiet" onClick=${() => setRows(rows + 1)}><${Icon} name="plus" />${t("prices.another")}</button>
      ${!tried && html`<${ProblemNotice} problem=${problem} />`}
      <button type="submit" class=${`button wide ${tried ? "outline" : "primary"}`} disabled=${busy}>${t("prices.look")}</button><//>
    ${tried && html`<div class="stack" tabindex="-1" ref=${place}><h3>${t("prices.would", { day: day(tried.said.first) })}</h3><${Changes} changes=${tried.answer.changes} />
      ${doubts.length > 0 && html`<${Notice} tone=${wrong ? "error" : "warn"} title=${t("prices.doubts")}><ul class="points">${doubts.map((one) => html`<li>${one}</li>`)}</ul><//>`}
      <${Form} problem=${problem} onSubmit=${propose}>
        ${doubts.length > 0 && !wrong && html`<${Check} name="despite" required label=${t("prices.despite")} />`}
        <${ProblemNotice} problem=${problem} />
        ${!wrong && html`<button type="submit" class="button primary wide" disabled=${busy}>${t("prices.propose")}</button>`}<//></div>`}
  </section>`;
}

export function Prices({ me, title }) {
  const lists = useAnswer(priceLists.path());
  const products = useAnswer(productsOf.path());
  const other = instead({ ...lists, data: lists.data && products.data, problem: lists.problem ?? products.problem }, title);
  if (other) return other;
  const names = new Map(products.data.map((one) => [one.product, one.name]));
  const newest = [...lists.data].sort((a, b) => (a.first < b.first ? 1 : -1));
  const put = (one) => lists.put(lists.data.map((known) => (known.id === one.id ? one : known)));
  return html`<div class="wide-page"><${Back} href=${billingDesk()}>${t("billing.back")}<//>
    <${Title}>${title}<//><p class="lead">${t("prices.lead")}</p>
    ${newest.length === 0 && html`<${Empty} icon="info" title=${t("prices.none")} />`}
    <ul class="rows">${newest.map((one) => html`<${List} key=${one.id} one=${one} name=${names.get(one.product) ?? one.product} me=${me} onDone=${put} />`)}</ul>
    ${products.data.length > 0 && html`<${New} products=${products.data} onProposed=${lists.reload} />`}
  </div>`;
}
