// A month's money: its invoices, the bank's files, its close, the runs.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input, Select } from "../../../parts/fields.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { Paper } from "../../contracts/parts/paper.js";
import { bankFile, closeOf, collectionOf, invoicesOfMonth, journalOf, runsOf, startRun } from "../api.js";
import { anyContract, billingDesk, monthOf } from "../links.js";

const yen = (amount) => `${amount.toLocaleString("ja-JP")}円`;
const FIGURES = ["contracts", "invoices", "invoiced", "tax", "paid", "open", "credited", "written_off", "overpaid", "to_give_back"];
const COUNTS = ["contracts", "invoices"];

function Section({ id, title, answer, children }) {
  const { data, problem, reload } = answer;
  return html`<section class="card" aria-labelledby=${id}><h2 id=${id}>${title}</h2>
    ${problem && (problem.hidden ? html`<p class="lead">${t("closing.nothing")}</p>` : html`<${ProblemNotice} problem=${problem} retry=${reload} />`)}
    ${data && children(data)}</section>`;
}

/** A run by its kind and what it was for: "monthly-2026-10". */
function runWords(run) {
  const [, kind, of] = /^(daily|monthly)-([0-9-]+)/.exec(run) ?? [];
  return kind ? t(`closing.ran-${kind}`, { of }) : run;
}

function Runs({ month }) {
  const answer = useAnswer(runsOf.path());
  const [problem, setProblem] = useState(null);
  const start = async (event) => {
    event.preventDefault();
    const kind = event.target.elements.run.value;
    setProblem(null);
    try {
      const begun = await startRun({}, { kind, ...(kind === "monthly" ? { period: month } : {}) });
      say(t("closing.began", { run: runWords(begun.run) }));
      answer.reload();
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<${Section} id="runs" title=${t("closing.runs")} answer=${answer}>${(runs) => html`
    ${runs.length === 0 ? html`<p class="lead">${t("closing.nothing")}</p>` : html`<ul class="rows">${runs.slice(0, 8).map((run) => html`<li key=${run}>${runWords(run)}</li>`)}</ul>`}
    <${Form} problem=${problem} onSubmit=${start}><${Select} name="run" label=${t("closing.run")} options=${["daily", "monthly"].map((one) => [one, t(`closing.run-${one}`, { month })])} />
      <${ProblemNotice} problem=${problem} /><button type="submit" class="button outline wide">${t("closing.start")}</button><//>`}<//>`;
}

export function MonthPage({ month, title }) {
  const invoices = useAnswer(invoicesOfMonth.path({ month }));
  const collection = useAnswer(collectionOf.path({ month }));
  const close = useAnswer(closeOf.path({ month }));
  const go = (event) => {
    if (event.target.value) location.hash = monthOf({ month: event.target.value });
  };
  return html`<div class="wide-page"><${Back} href=${billingDesk()}>${t("billing.back")}<//>
    <${Title}>${`${title} ${month}`}<//>
    <${Input} name="month" type="month" value=${month} label=${t("account.month")} onChange=${go} />
    <${Section} id="invoices" title=${t("closing.invoices")} answer=${invoices}>${({ invoices: all, after }) => html`
      <table class="bill"><tbody>${all.map((one) => html`<tr key=${one.contract}><th scope="row"><a href=${anyContract({ contract: one.contract })}>${one.name}</a></th><td>${yen(one.total)}</td><td>${one.open > 0 ? t("closing.isOpen", { yen: yen(one.open) }) : "—"}</td></tr>`)}</tbody></table>
      ${all.length === 0 && html`<p class="lead">${t("closing.nothing")}</p>`}${after && html`<p class="hint">${t("billing.narrow")}</p>`}`}<//>
    <${Section} id="files" title=${t("closing.files")} answer=${collection}>${({ files, uploads }) => html`
      ${files.length === 0 && html`<p class="lead">${t("closing.nothing")}</p>`}
      <ul class="rows">${files.map((file) => html`<li key=${file.number}><p>${t("closing.file", { n: file.number, debits: file.debits, yen: yen(file.yen) })} ${file.answered ? t("closing.answered", { paid: file.paid, unpaid: file.unpaid }) : t("closing.waiting")}</p>
        <${Paper} path=${bankFile.path({ month, number: file.number })} name=${`${month}-${file.number}.txt`}>${t("closing.saveFile")}<//></li>`)}</ul>
      ${uploads.some(({ faults }) => faults.length > 0) && html`<ul class="points">${uploads.flatMap(({ name, faults }) => faults.map((one) => html`<li>${name}: ${one}</li>`))}</ul>`}`}<//>
    <${Section} id="close" title=${t("closing.close")} answer=${close}>${(found) => html`
      <dl class="facts">${FIGURES.map((name) => html`<div key=${name}><dt>${t(`close.${name}`)}</dt><dd>${COUNTS.includes(name) ? found[name] : yen(found[name])}</dd></div>`)}</dl>
      <${Paper} path=${journalOf.path({ month, program: "yayoi" })} name=${`${month}.csv`}>${t("closing.journal")}<//>`}<//>
    <${Runs} month=${month} />
  </div>`;
}
