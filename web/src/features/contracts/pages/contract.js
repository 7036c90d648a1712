// A contract: how it stands, what it costs next, what can be done about it.
import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Linked, Phone } from "../../../parts/contact.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Loading, Notice, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { home as homeLink } from "../../homes/links.js";
import { account } from "../../account/links.js";
import { claims } from "../../claims/links.js";
import { contractOf, invoicesOf, jointInvoicesOf, jointPdf, lookAhead } from "../api.js";
import { invoice as invoiceLink, methods, people, step } from "../links.js";
import { dayWords, Lines, monthName, yen } from "../parts/money.js";
import { Paper } from "../parts/paper.js";

const SHOWN = 6;

/** The bill that comes next, as it would be made now. */
function Next({ contract }) {
  const [ahead, setAhead] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    lookAhead({ contract }, {}).then(setAhead, setProblem);
  }, [contract]);
  const [bill] = ahead?.bills ?? [];
  return html`<section class="card" aria-labelledby="next"><h2 id="next">${t("contract.next")}</h2>
    <${ProblemNotice} problem=${problem} />
    ${!ahead && !problem && html`<${Loading} />`}
    ${ahead && !bill && html`<p>${t("contract.nothingNext")}</p>`}
    ${bill && html`<p class="hint">${t("contract.nextOf", { month: monthName(bill.month) })}</p><${Lines} ...${bill} />`}
    ${ahead?.owed > 0 && html`<${Notice} tone="warn"><p>${t("contract.owed", { yen: yen(ahead.owed) })}</p><//>`}
  </section>`;
}

function Invoices({ contract }) {
  const { data, problem, reload } = useAnswer(invoicesOf.path({ contract }));
  const [all, setAll] = useState(false);
  if (!data) return html`<${ProblemNotice} problem=${problem} retry=${reload} />`;
  const newest = [...data].reverse();
  return html`<section aria-labelledby="invoices"><h2 id="invoices">${t("invoices.title")}</h2>
    ${newest.length === 0 && html`<p class="lead">${t("invoices.none")}</p>`}
    <ul class="rows">${newest.slice(0, all ? undefined : SHOWN).map((one) => html`<li key=${one.month}><a class="card row" href=${invoiceLink({ contract, month: one.month })}>
      <span><strong>${t("invoices.of", { month: monthName(one.month) })}</strong> <span class=${`pill ${one.state === "unpaid" ? "silent" : ""}`}>${word("paid", one.state)}</span></span>
      <span>${yen(one.total)}</span><${Icon} name="right" /></a></li>`)}</ul>
    ${newest.length > SHOWN && !all && html`<button type="button" class="button quiet wide" onClick=${() => setAll(true)}>${t("invoices.all", { n: newest.length })}</button>`}
  </section>`;
}

/** Invoices for several contracts of one payer. */
function Joint({ contract }) {
  const { data } = useAnswer(jointInvoicesOf.path({ contract }));
  if (!data?.length) return null;
  return html`<section aria-labelledby="joint"><h2 id="joint">${t("joint.title")}</h2><p class="lead">${t("joint.lead")}</p>
    <ul class="rows">${[...data].reverse().map((one) => html`<li class="card" key=${one.month}><h3>${t("invoices.of", { month: monthName(one.month) })}</h3>
      <table class="bill"><tbody>${one.parts.map((part) => html`<tr key=${`${part.contract} ${part.month}`}><th scope="row">${part.home_name}${part.month !== one.month && `（${monthName(part.month)}）`}</th><td>${yen(part.amount)}</td></tr>`)}</tbody>
        <tfoot><tr><th scope="row">${t("joint.total")}</th><td><strong>${yen(one.total)}</strong></td></tr>
        ${one.open > 0 && html`<tr><th scope="row">${t("joint.open")}</th><td>${yen(one.open)}</td></tr>`}</tfoot></table>
      <${Paper} path=${jointPdf.path({ contract, month: one.month })} name=${`${one.number}.pdf`}>${t("joint.pdf")}<//></li>`)}</ul></section>`;
}

/** What somebody can do about a contract that is in a state: names of steps. */
const stepsFor = ({ state, ends_on: ends }) => [
  ...(ends ? [] : { active: ["pause"], paused: ["extend", "resume"] }[state] ?? []),
  ...(!ends && ["accepted", "trial", "active", "paused", "suspended"].includes(state) ? ["cancel"] : []),
];

function Equipment({ known }) {
  const { stickers, lent, return_by: back, camera } = known;
  const things = [
    ...(camera ? [camera.name] : []),
    ...Object.entries(lent).map(([colour, n]) => t("equipment.carried", { colour: word("colour", colour), n })),
    ...stickers.map((serial) => t("equipment.sticker", { serial })),
  ];
  if (things.length === 0 && !back) return null;
  return html`<section class="card" aria-labelledby="equipment"><h2 id="equipment">${t("equipment.title")}</h2>
    <ul class="plain">${things.map((one) => html`<li>${one}</li>`)}</ul>
    ${back && html`<${Notice} tone="warn" title=${t("equipment.back", { day: dayWords(back) })}><p>${t("equipment.how")}</p><//>`}
  </section>`;
}

function Status({ known }) {
  const { state, pause, ends_on: ends } = known;
  const paused = state === "paused" && pause;
  return html`<div class=${`summary ${["suspended", "ended"].includes(state) || ends ? "warn" : ""}`}>
    <${Icon} name=${state === "active" || state === "trial" ? "check" : "info"} />
    <div><p class="summary-main">${word("stands", state)}</p>
      ${paused && html`<p>${t("contract.paused", { until: dayWords(pause.end), resumes: dayWords(pause.resumes) })}</p>`}
      ${ends && html`<p>${t("contract.ends", { day: dayWords(ends) })}</p>`}
      ${known.install_by && !known.starts_on && html`<p>${t("contract.installBy", { day: dayWords(known.install_by) })}</p>`}
    </div></div>`;
}

export function ContractPage({ me, contract, title }) {
  const answer = useAnswer(contractOf.path({ contract }));
  const other = instead(answer, title);
  if (other) return other;
  const known = answer.data;
  const mine = me.homes.find(({ id }) => id === known.home);
  const contractor = !mine || mine.role === "contractor";
  return html`<div class="narrow">
    ${mine && html`<${Back} href=${homeLink({ home: known.home })}>${t("home.back", { home: mine.name })}<//>`}
    <${Title}>${`${known.name}（${known.home_name}）`}<//>
    <${Status} known=${known} />
    <dl class="facts card">
      ${known.starts_on && html`<div><dt>${t("contract.since")}</dt><dd>${dayWords(known.starts_on)}</dd></div>`}
      <div><dt>${t("contract.payment")}</dt><dd>${word("payment", known.payment)}</dd></div>
      ${known.options.length > 0 && html`<div><dt>${t("contract.options")}</dt><dd>${known.options.map((one) => word("option", one)).join("、")}</dd></div>`}
      ${known.payment === "in_app" && html`<div><dt>${t("contract.app")}</dt><dd>${t(known.app_open ? "contract.appOpen" : "contract.appClosed")}</dd></div>`}
      <div><dt>${t("contract.number")}</dt><dd>${known.id}</dd></div>
    </dl>
    ${contractor && html`<${Next} contract=${contract} />`}
    <nav class="actions" aria-label=${t("contract.todo")}>
      <a class="button outline wide" href=${people({ contract })}><${Icon} name="person" />${t("users.title")}</a>
      ${contractor && html`<a class="button outline wide" href=${methods({ contract })}>${t("methods.title")}</a>`}
      ${contractor && known.sympathy && html`<a class="button outline wide" href=${claims({ contract })}>${t("contract.claims")}</a>`}
      ${contractor && stepsFor(known).map((one) => html`<a class=${`button wide ${one === "cancel" ? "remove" : "outline"}`} href=${step({ contract, step: one })}>${t(`step.${one}`)}</a>`)}
      <a class="button quiet wide" href=${account()}>${t("app.account")}</a>
    </nav>
    <${Equipment} known=${known} />
    ${contractor && html`<${Invoices} contract=${contract} /><${Joint} contract=${contract} />`}
    ${known.information.length > 0 && html`<details class="card"><summary><strong>${t("contract.information")}</strong></summary>
      <ul class="points">${known.information.map((one) => html`<li><${Linked} text=${one.said} /></li>`)}</ul></details>`}
    ${known.contacts.length > 0 && html`<section aria-labelledby="contacts"><h2 id="contacts">${t("contract.contacts")}</h2>
      <ul class="rows">${known.contacts.map((one) => html`<li class="card"><p>${one.about}</p>
        ${one.number ? html`<${Phone} number=${one.number} />` : Object.entries(one.numbers).map(([where, number]) => html`<p>${word("region", where)} <${Phone} number=${number} /></p>`)}</li>`)}</ul></section>`}
  </div>`;
}
