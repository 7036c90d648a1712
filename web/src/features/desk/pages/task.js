// One task: what to say, and what came of it.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { KEPT } from "../../../lib/http.js";
import { deadline, moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Address, Linked } from "../../../parts/contact.js";
import { filled, Form, Input, Select } from "../../../parts/fields.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { FIELDS, NEEDED, NEEDED_BY, OWN_WORDS } from "../answers.js";
import { answerOwnTask, answerTask, arrive, emergencyAt, escalate, handBack, responders, takeTask, taskOf } from "../api.js";
import { forOperators, isOperator, isResponder, isStaff } from "../groups.js";
import { caseFile, desk } from "../links.js";
import { Emergency } from "../parts/emergency.js";
import { News } from "../parts/news.js";
import { Underway } from "../parts/on-duty.js";
import { standing } from "../parts/standing.js";
import { VisitForm } from "../parts/visit-form.js";
import { timed, TO_COME, When } from "../parts/when.js";
import { round } from "../../rounds/links.js";
import { SiteForm } from "../../rounds/parts/site-form.js";
import { StopOf } from "../../rounds/parts/stop.js";

const PACE = 10_000;

/** What is reported from there goes by the kind of case; of an empty home on the page of the round. */
function Report({ me, task, when, onChange, ...rest }) {
  if (task.case.startsWith("PT-")) return isOperator(me) ? html`<${StopOf} task=${task.id} when=${when} onChange=${onChange} />` : html`<a class="button primary wide" href=${round()}>${t("round.title")}</a>`;
  return /^(RQ|AL)-/.test(task.case) ? html`<${SiteForm} ...${rest} />` : html`<${VisitForm} ...${rest} />`;
}

function Responders() {
  const { data } = useAnswer(responders.path());
  const free = (data ?? []).filter((one) => one.standing !== "occupied");
  return html`<${Select} name="responder" label=${t("answer.responder")} options=${[["", "—"], ...free.map((one) => [one.id, `${one.name} ${one.phone}${standing(one)}`])]} />`;
}

function Field({ name, kind }) {
  if (name === "responder") return html`<${Responders} />`;
  if (name === "number") return html`<${Input} name="number" type="tel" maxlength="20" label=${t("answer.number")} required=${NEEDED_BY[kind] === "number"} />`;
  if (name === "who") return html`<${Input} name="who" maxlength="60" label=${t("answer.who")} hint=${t("answer.whoHint")} />`;
  if (name === "password") return html`<${Input} name="password" maxlength="60" label=${t("answer.password")} />`;
  if (name === "yen") return html`<${Input} name="yen" type="number" min="0" label=${t("answer.yen")} />`;
  if (name === "minutes") return html`<${Input} name="minutes" type="number" min="1" max="180" value="15" label=${t("answer.minutes")} />`;
  return html`<${Input} name=${name} area label=${t(`answer.${name}`)} />`;
}

function Answer({ task, problem, onAnswer, busy }) {
  const fields = FIELDS[task.kind];
  const submit = (event) => {
    event.preventDefault();
    const outcome = event.submitter.value;
    const needed = event.target.elements[NEEDED[outcome]];
    if (needed && !needed.value.trim()) {
      needed.setCustomValidity(t("answer.needed"));
      needed.reportValidity();
      return;
    }
    const said = filled(event.target, fields);
    for (const number of ["minutes", "yen"]) if (said[number]) said[number] = Number(said[number]);
    onAnswer({ outcome, ...said });
  };
  const asked = fields.map((name) => html`<${Field} key=${name} name=${name} kind=${task.kind} />`);
  const first = task.kind === "offer"; // "I go" is in sight, and the reason is for who does not
  return html`<${Form} class="card" draft="answer" problem=${problem} onSubmit=${submit} onInput=${(event) => event.target.setCustomValidity("")}>
    <${ProblemNotice} problem=${problem} />
    ${!first && asked}
    <div class="outcomes">${task.outcomes.map((outcome, n) => html`
      <button type="submit" name="outcome" value=${outcome} disabled=${busy} class=${`button ${n ? "outline" : "primary"}`}>
        ${OWN_WORDS[`${task.kind}.${outcome}`] ? t(OWN_WORDS[`${task.kind}.${outcome}`]) : word("outcome", outcome)}</button>`)}</div>
    ${first && asked}
  <//>`;
}

/** Who has it: taken, handed back, given to the leader. */
function Hands({ me, task, onMove }) {
  const mine = task.taken_by === me.id;
  return html`<div class="hands">
    ${task.taken_by && html`<p class="hint">${t(mine ? "desk.mine" : "desk.taken")}</p>`}
    ${mine
      ? html`<button type="button" class="button quiet" onClick=${() => onMove(handBack)}>${t("task.handBack")}</button>`
      : html`<button type="button" class="button quiet" onClick=${() => onMove(takeTask)}>${t("task.take")}</button>`}
    ${forOperators(task) && html`<button type="button" class="button quiet" onClick=${() => onMove(escalate)}>${t("task.escalate")}</button>`}
  </div>`;
}

export function TaskPage({ me, task: id, title }) {
  const answer = useAnswer(isStaff(me) ? taskOf.path({ task: id }) : null, { every: PACE });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [when, setWhen] = useState("");
  if (!isStaff(me)) return html`<${Hidden} />`;
  const other = instead(answer, title);
  if (other) return other;
  const { data: task, put, reload } = answer;
  const personal = task.group.startsWith("person:");
  const tried = async (send, body) => {
    if (when === TO_COME) return setProblem({ kind: "refused", title: t("when.toCome") });
    setBusy(true);
    setProblem(null);
    try {
      const said = await send({ task: id, ...timed(when) }, body);
      say(t(said === KEPT ? "app.sentLater" : "app.saved"));
      return said;
    } catch (error) {
      setProblem(error);
      reload(); // somebody else may have been first
      return null;
    } finally {
      setBusy(false);
    }
  };
  const answered = async (said) => {
    if (await tried(personal ? answerOwnTask : answerTask, said)) location.hash = isOperator(me) ? caseFile({ case: task.case }) : desk();
  };
  const moved = async (how) => {
    const changed = await tried(how);
    if (changed?.group === "admin" && !me.groups.includes("admin")) location.hash = desk();
    else if (changed) put({ ...task, ...changed, script: task.script });
  };
  const open = task.status === "open";
  return html`<div class="narrow">
    <${Back} href=${desk()}>${t("desk.title")}<//>
    <${Title}>${task.title}<//>
    <dl class="facts">
      <div><dt>${t("case.number")}</dt><dd>${isOperator(me) ? html`<a href=${caseFile({ case: task.case })}>${task.case}</a>` : task.case}</dd></div>
      ${task.target && html`<div><dt>${t("task.target")}</dt><dd>${task.target}</dd></div>`}
      ${task.destination && html`<div><dt>${t("task.place")}</dt><dd><${Address} ...${task.destination} /></dd></div>`}
      ${task.since && html`<div><dt>${t("task.since")}</dt><dd>${moment(task.since, dayWords())}</dd></div>`}
      <div><dt>${t("task.due")}</dt><dd>${deadline(task.due, dayWords())}</dd></div>
    </dl>
    ${isResponder(me) && html`<${Underway} />`}
    <${News} news=${task.news} />
    ${task.overdue && html`<${Notice} tone="warn"><p>${t("desk.overdue")}</p><//>`}
    ${!open && html`<${Notice}><p>${t(`task.is-${task.status}`)}${task.answered_at ? ` ${moment(task.answered_at, dayWords())}` : ""}</p><//>`}
    ${task.script && html`<section class="card" aria-labelledby="script"><h2 id="script">${t("task.script")}</h2><p class="script" lang="ja"><${Linked} text=${task.script} /></p></section>`}
    ${open && !personal && html`<${Hands} me=${me} task=${task} onMove=${moved} />`}
    ${!open && html`<${ProblemNotice} problem=${problem} />`}
    ${open && personal && isOperator(me) && html`<${Notice}><p>${t("task.onBehalf")}</p><//><${When} onWhen=${(one) => { setWhen(one); setProblem(null); }} />`}
    ${personal && task.kind === "visit" && html`<${Emergency} busy=${busy} onReport=${(said) => tried(emergencyAt, said).then(reload)} />`}
    ${open && (task.kind === "visit"
      ? html`<${Report} me=${me} task=${task} when=${when} onChange=${reload} busy=${busy} problem=${problem} onArrived=${() => tried(arrive)} onAnswer=${answered} />`
      : html`<${Answer} task=${task} busy=${busy} problem=${problem} onAnswer=${answered} />`)}
  </div>`;
}
