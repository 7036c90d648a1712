// Contracts brought over from elsewhere: first tried, then taken, with a report line by line.
import { t, word } from "../../../lib/i18n.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Form, Input } from "../../../parts/fields.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { anyContract, billingDesk } from "../../billing_desk/links.js";
import { bringOver } from "../api.js";
import { parts, textOf, together } from "../table.js";

const COLUMNS = ["number", "product", "plan", "payment", "name", "email", "phone", "address", "prefecture", "home_name", "applied", "installed", "started", "billed_until"];
const NEEDED = ["number", "product", "name", "applied"];

function Report({ report, dry }) {
  const [all, showAll] = useState(report.refused === 0);
  const shown = report.lines.filter(({ state }) => all || state === "refused");
  return html`<section class="stack" aria-labelledby="report"><h2 id="report">${t(dry ? "imports.tried" : "imports.taken")}</h2>
    <p role="status">${t("imports.counts", report)}</p>
    ${report.refused > 0 && html`<${Notice} tone="warn"><p>${t("imports.refused", { n: report.refused })}</p><//>`}
    <table class="bill"><thead><tr><th scope="col">${t("imports.line")}</th><th scope="col">${t("imports.number")}</th><th scope="col">${t("imports.state")}</th></tr></thead>
      <tbody>${shown.map((one) => html`<tr key=${one.line}><th scope="row">${one.line}</th>
        <td>${one.contract && !dry ? html`<a href=${anyContract({ contract: one.contract })}>${one.number}</a>` : one.number || "—"}</td>
        <td>${word("imported", one.state)}${one.why && html`<br /><span class="missing">${one.why}${one.rule && `（${one.rule}）`}</span>`}</td></tr>`)}</tbody></table>
    ${!all && html`<button type="button" class="button quiet wide" onClick=${() => showAll(true)}>${t("imports.all", { n: report.lines.length })}</button>`}
  </section>`;
}

export function Imports({ title }) {
  const [file, setFile] = useState(null);
  const [report, setReport] = useState(null);
  const [far, setFar] = useState(null);
  const [problem, setProblem] = useState(null);
  const place = useRef();
  useEffect(() => { if (report) place.current?.focus(); }, [report]);
  const read = async (event) => {
    const [chosen] = event.target.files;
    setReport(null);
    setProblem(null);
    setFile(chosen ? { name: chosen.name, text: textOf(await chosen.arrayBuffer()) } : null);
  };
  const send = async (dry) => {
    const all = parts(file.text);
    const reports = [];
    setProblem(null);
    try {
      if (all.length === 0) throw { kind: "refused", title: t("imports.empty") };
      for (const { csv, before } of all) {
        setFar({ done: reports.length, of: all.length });
        reports.push({ before, said: await bringOver({}, { csv, dry_run: dry }) });
      }
    } catch (error) {
      setProblem(error);
    }
    setFar(null);
    if (reports.length > 0) setReport({ dry, whole: reports.length === all.length, ...together(reports) });
  };
  const busy = far !== null;
  return html`<div class="wide-page"><${Back} href=${billingDesk()}>${t("billing.back")}<//>
    <${Title}>${title}<//>
    <p class="lead">${t("imports.lead")}</p>
    <details class="card"><summary><strong>${t("imports.columns")}</strong></summary>
      <ul class="points">${COLUMNS.map((one) => html`<li key=${one}><code>${one}</code> ${t(`column.${one}`)}${NEEDED.includes(one) && ` ${t("imports.needed")}`}</li>`)}</ul></details>
    <${Form} class="card" problem=${problem} onSubmit=${(event) => { event.preventDefault(); send(true); }}>
      <${Input} name="csv" type="file" accept=".csv,text/csv" required label=${t("imports.file")} hint=${t("imports.fileHint")} onChange=${read} />
      <${ProblemNotice} problem=${problem} />
      ${busy && html`<p role="status">${t("imports.busy", far)}</p>`}
      <button type="submit" class=${`button wide ${report?.dry ? "outline" : "primary"}`} disabled=${busy || !file}>${t("imports.try")}</button><//>
    ${report && html`<div tabindex="-1" ref=${place}><${Report} key=${`${report.dry} ${report.new}`} report=${report} dry=${report.dry} /></div>`}
    ${report?.dry && report.whole && report.new > 0 && html`<button type="button" class="button primary wide" disabled=${busy} onClick=${() => send(false)}>${t("imports.take", { n: report.new })}</button>`}
  </div>`;
}
