// A case as staff sees it: everything that happened, its workflow, and what may be done to it.
import { dayWords, t } from "../../../lib/i18n.js";
import { getFile } from "../../../lib/http.js";
import { useAnswer } from "../../../lib/data.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input, Radios } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { CaseBody, stateWord } from "../../home_check/parts/case.js";
import { cancelDispatch, cancelVisit, caseExport, caseImage, caseOf, correctCase, emergencyOf, moveToCentre, stopConsent } from "../api.js";
import { isLeader, isOperator, mayDo } from "../groups.js";
import { caseFile, desk, task as taskLink } from "../links.js";
import { centreWord, MoveToCentre } from "../parts/centre.js";
import { Correction, corrects } from "../parts/correction.js";
import { Emergency } from "../parts/emergency.js";
import { Frequency } from "../parts/frequency.js";
import { People } from "../parts/people.js";

const PACE = 5000;

async function save(id) {
  const url = URL.createObjectURL(await getFile(caseExport.path({ case: id })));
  Object.assign(document.createElement("a"), { href: url, download: `${id}.csv` }).click();
  URL.revokeObjectURL(url);
}

const Facts = ({ shown }) => html`<dl class="facts">
  ${[["case.number", shown.case], ["case.target", shown.target], ["case.state", stateWord(shown)], ["case.opened", moment(shown.opened_at, dayWords())], ["case.centre", centreWord(shown.centre)]]
    .map(([name, value]) => html`<div><dt>${t(name)}</dt><dd>${value}</dd></div>`)}</dl>`;

export function CasePage({ me, case: id, title }) {
  const answer = useAnswer(isOperator(me) ? caseOf.path({ case: id }) : null, { every: PACE });
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!isOperator(me)) return html`<${Hidden} />`;
  const other = instead(answer, title);
  if (other) return other;
  const { data: shown, put } = answer;
  const consent = shown.kind === "consent";
  const ended = consent ? !["pending", "granted"].includes(shown.state) : !shown.open || shown.result !== null;
  const tried = async (work) => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    }
  };
  const end = (form) => {
    setAsking(false);
    const said = consent ? { asked_by: form.get("asked_by"), said: form.get("said") } : { reason: form.get("reason") };
    return tried(async () => {
      const cancel = shown.kind === "visit" ? cancelVisit : cancelDispatch;
      put(await (consent ? stopConsent : cancel)({ case: id }, said));
      say(t("app.saved"));
    });
  };
  const changed = (send, said) => tried(async () => {
    put(await send({ case: id }, said));
    say(t("app.saved"));
  });
  const theirs = shown.tasks.filter((task) => task.status === "open" && task.group.startsWith("person:"));
  const waiting = shown.tasks.filter((task) => task.status === "open" && mayDo(task, me));
  return html`<div class="narrow">
    <${Back} href=${desk()}>${t("desk.title")}<//>
    <${Title}>${t(`case.${shown.kind}`)}<//>
    <div class="card case"><${Facts} shown=${shown} />
      ${shown.consent && html`<a class="link" href=${caseFile({ case: shown.consent })}>${t("case.registration", { case: shown.consent })}</a>`}</div>
    ${waiting.map((task) => html`<a class="button primary wide" href=${taskLink({ task: task.id })}>${task.title}<${Icon} name="right" /></a>`)}
    ${theirs.map((task) => html`<a class="button outline wide" href=${taskLink({ task: task.id })}>${t("case.onBehalf", { task: task.title })}<${Icon} name="right" /></a>`)}
    ${!consent && html`<${Emergency} onReport=${(said) => changed(emergencyOf, { ...said, called_by: "centre" })} />`}
    <div class="card case"><${CaseBody} staff shown=${shown} image=${(name) => caseImage.path({ case: id, name })} /></div>
    <${People} timeline=${shown.timeline} />
    ${!consent && html`<${Frequency} contract=${shown.contract} />`}
    <div class="case-tools">
      ${shown.console && html`<a class="link" href=${shown.console} target="_blank" rel="noreferrer">${t("case.console")}</a>`}
      <button type="button" class="link" onClick=${() => tried(() => save(id))}><${Icon} name="save" />${t("case.export")}</button>
      ${corrects(shown) && html`<${Correction} shown=${shown} onCorrect=${(said) => changed(correctCase, said)} />`}
      ${shown.open && isLeader(me) && html`<${MoveToCentre} shown=${shown} onMove=${(said) => changed(moveToCentre, said)} />`}
      ${!ended && shown.kind !== "alarm" && html`<button type="button" class="button remove" onClick=${() => setAsking(true)}>${t(consent ? "case.stop" : "case.cancel")}</button>`}
    </div>
    <${ProblemNotice} problem=${problem} />
    ${asking && html`<${Dialog} title=${t(consent ? "case.stop" : "case.cancel")} confirm=${t("case.confirm")} danger onConfirm=${end} onClose=${() => setAsking(false)}>
      ${consent
        ? html`<${Radios} name="asked_by" legend=${t("case.askedBy")} chosen="resident" options=${[["resident", t("case.resident")], ["agent", t("case.agent")]]} />
          <${Input} name="said" area label=${t("answer.said")} />`
        : html`<${Input} name="reason" area label=${t("answer.reason")} required />`}
    <//>`}
  </div>`;
}
