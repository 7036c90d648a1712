// A month's money: its invoices, the bank's files, its close, the runs.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { Problem } from "../../../lib/http.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input, Select } from "../../../parts/fields.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { Paper } from "../../contracts/parts/paper.js";
import { bankFile, closeOf, collectionOf, handInResult, invoicesOfMonth, journalOf, runOf, runsOf, startRun } from "../api.js";
import { anyContract, billingDesk, monthOf } from "../links.js";

const yen = (amount) => `${amount.toLocaleString("ja-JP")}円`;
const PACE = 10_000; // a file that was handed in is read within seconds
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

/** A file's bytes as Base64. */
const base64 = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result.split(",")[1] ?? ""));
  reader.addEventListener("error", () => failed(new Problem("refused", { title: t("closing.unreadable") })));
  reader.readAsDataURL(file);
});

/** The bank's answer is handed in; what becomes of it is shown once it was read. */
function Answer({ onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    const form = event.target;
    setBusy(true);
    setProblem(null);
    try {
      await handInResult({}, { content: await base64(form.elements.result.files[0]) });
      form.reset();
      say(t("closing.handedIn"));
      onDone();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<${Form} problem=${problem} onSubmit=${send}>
    <${Input} name="result" type="file" required label=${t("closing.result")} hint=${t("closing.resultHint")} />
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button outline wide" disabled=${busy}>${t("closing.handIn")}</button><//>`;
}

const Uploads = ({ uploads }) => uploads.length > 0 && html`<section aria-labelledby="uploads"><h3 id="uploads">${t("closing.uploads")}</h3>
  <ul class="rows">${uploads.map((one) => html`<li key=${`${one.name} ${one.at}`}>${moment(one.at, dayWords())} <span class=${`pill ${one.state === "refused" ? "silent" : ""}`}>${word("upload", one.state)}</span> ${one.file}
    ${one.faults.length > 0 && html`<ul class="points">${one.faults.map((fault) => html`<li>${fault}</li>`)}</ul>`}</li>`)}</ul></section>`;

/** What a run counts, in words where there are some. */
const counted = (name) => (t(`ran.${name}`) === `ran.${name}` ? name : t(`ran.${name}`));

/** What a run did, once somebody asks. */
function Run({ run }) {
  const [found, show] = useState(null);
  const [problem, setProblem] = useState(null);
  const open = async (event) => {
    if (!event.target.open) return;
    try {
      show(await runOf({ run }));
      setProblem(null);
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<details onToggle=${open}><summary>${runWords(run)}</summary><${ProblemNotice} problem=${problem} />
    ${found?.executions.map((one) => html`<p key=${`${one.execution} when`}>${moment(one.began, dayWords())}${one.ended ? "" : ` ${t("closing.running")}`}</p><dl class="facts" key=${one.execution}>${Object.entries(one.summary).map(([name, value]) => html`<div key=${name}><dt>${counted(name)}</dt><dd>${value.toLocaleString("ja-JP")}</dd></div>`)}</dl>`)}</details>`;
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
    ${runs.length === 0 ? html`<p class="lead">${t("closing.nothing")}</p>` : html`<ul class="rows">${runs.slice(0, 8).map((run) => html`<li key=${run}><${Run} run=${run} /></li>`)}</ul>`}
    <${Form} problem=${problem} onSubmit=${start}><${Select} name="run" label=${t("closing.run")} options=${["daily", "monthly"].map((one) => [one, t(`closing.run-${one}`, { month })])} />
      <${ProblemNotice} problem=${problem} /><button type="submit" class="button outline wide">${t("closing.start")}</button><//>`}<//>`;
}

export function MonthPage({ month, title }) {
  const invoices = useAnswer(invoicesOfMonth.path({ month }));
  const collection = useAnswer(collectionOf.path({ month }), { every: PACE });
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
      <${Uploads} uploads=${uploads} /><${Answer} onDone=${collection.reload} />`}<//>
    <${Section} id="close" title=${t("closing.close")} answer=${close}>${(found) => html`
      <dl class="facts">${FIGURES.map((name) => html`<div key=${name}><dt>${t(`close.${name}`)}</dt><dd>${COUNTS.includes(name) ? found[name] : yen(found[name])}</dd></div>`)}</dl>
      <${Paper} path=${journalOf.path({ month, program: "yayoi" })} name=${`${month}.csv`}>${t("closing.journal")}<//>`}<//>
    <${Runs} month=${month} />
  </div>`;
}
