// The call centre's desk and the responder's phone: what waits, the most urgent first.
import { dayWords, t } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { useAnswer } from "../../../lib/data.js";
import { position } from "../../../lib/position.js";
import { deadline, moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { Empty, Loading, Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { stateWord } from "../../home_check/parts/case.js";
import { cases, changeDuty, myDuty, openCount, responders, silentHomes, tasks, tellPosition } from "../api.js";
import { isOperator, isResponder, isStaff } from "../groups.js";
import { account } from "../../account/links.js";
import { newsDesk } from "../../news_desk/links.js";
import { caseFile, request, silent, task as taskLink } from "../links.js";
import { Find } from "../parts/find.js";
import { News } from "../parts/news.js";
import { Age, useCalls, usePosition } from "../parts/on-duty.js";
import { OnDuty } from "../parts/standing.js";
import { Told } from "../parts/told.js";

const PACE = 10_000;
const PAGE = 50; // cases in one answer of the API
const waits = (task) => Boolean(task.since) && Date.parse(task.since) > now();

const emergency = (task) => task.kind.startsWith("emergency");

const DRIVES = ["recall", "turn_back", "pass_on"]; // somebody drives, and must hear something
const drives = (task) => DRIVES.includes(task.kind);
const othersDo = (task, me) => Boolean(task.taken_by) && task.taken_by !== me.id;

/** Emergencies, then whom somebody must stop or warn on the way, then what can be done first, by its
 *  deadline: what is overdue comes by itself. What somebody else is doing comes last, but emergencies. */
const urgent = (found, me) => [...found].sort((a, b) =>
  emergency(b) - emergency(a) || othersDo(a, me) - othersDo(b, me) || drives(b) - drives(a)
  || waits(a) - waits(b) || Date.parse(a.due) - Date.parse(b.due));

function holder(task, me) {
  if (!task.taken_by) return "";
  return t(task.taken_by === me.id ? "desk.mine" : "desk.taken");
}

function Tasks({ me, answer }) {
  const { data, problem, reload } = answer;
  if (!data) return problem && html`<${ProblemNotice} problem=${problem} retry=${reload} />`;
  return html`<section aria-labelledby="tasks"><h2 id="tasks">${t("desk.tasks", { n: data.length })}</h2>
    ${problem && html`<${Notice} tone="warn" live><p>${t("problem.stale")}</p><//>`}
    ${data.length === 0 && html`<${Empty} icon="check" title=${t("desk.nothing")} />`}
    <ul class="tasks">${urgent(data, me).map((task) => html`<li key=${task.id}><a class=${`card task ${task.overdue || emergency(task) ? "late" : ""}`} href=${taskLink({ task: task.id })}>
      <strong>${task.title}</strong>
      ${task.target && html`<span class="whose">${t("desk.whose", { name: task.target })}</span>`}
      <span class=${`mark ${task.overdue ? "late" : ""}`}><${Icon} name=${task.overdue ? "warn" : "clock"} />
        ${task.overdue ? t("desk.overdueSince", { when: deadline(task.due, dayWords()) }) : waits(task) ? t("desk.notBefore", { when: moment(task.since, dayWords()) }) : t("desk.due", { when: deadline(task.due, dayWords()) })}</span>
      <span class="hint">${task.case} ${holder(task, me)}</span></a><${News} news=${task.news} /></li>`)}</ul></section>`;
}

/** The cases that run; the API gives them a page at a time. */
function Cases({ first }) {
  const [more, setMore] = useState([]);
  const [whole, setWhole] = useState(false);
  const { data: counted } = useAnswer(openCount.path(), { every: PACE });
  if (!first?.length) return null;
  const last = more.at(-1) ?? first.at(-1);
  const open = [...first, ...more.filter((one) => one.case > first.at(-1).case)];
  const next = async () => {
    const found = await cases({ after: last.case }).catch(() => null);
    if (!found) return;
    setMore([...more, ...found]);
    setWhole(found.length < PAGE);
  };
  return html`<section aria-labelledby="cases"><h2 id="cases">${t("desk.cases", { n: counted ? `${counted.cases}${counted.more ? "+" : ""}` : open.length })}</h2>
    <ul class="tasks">${open.map((one) => html`<li key=${one.case}><a class="card task" href=${caseFile({ case: one.case })}>
      <strong>${t(`case.${one.kind}`)} ${one.target}</strong><span class="pill">${stateWord(one)}</span>
      <span class="hint">${one.case} ${moment(one.opened_at, dayWords())}</span></a></li>`)}</ul>
    ${first.length >= PAGE && !whole && html`<button type="button" class="button quiet" onClick=${next}>${t("desk.more")}</button>`}</section>`;
}

function Duty() {
  const answer = useAnswer(myDuty.path(), { every: PACE });
  const [problem, setProblem] = useState(null);
  const lost = usePosition(answer.data, answer.put);
  const other = instead(answer);
  if (other) return other;
  const { data: me, put } = answer;
  const change = async (send, body) => {
    setProblem(null);
    try {
      put(await send({}, typeof body === "function" ? await body() : body));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error.kind ? error : { kind: "refused", title: t("check.placeFailed") });
    }
  };
  return html`<section class="card duty" aria-labelledby="duty"><h2 id="duty">${me.name}</h2>
    <label class="check"><input type="checkbox" role="switch" checked=${me.on_duty} onChange=${(event) => change(changeDuty, { on_duty: event.target.checked })} />
      <span>${t(me.on_duty ? "duty.on" : "duty.off")}</span></label>
    <${Age} me=${me} lost=${lost} />
    <${Told} />
    <button type="button" class="button outline wide" onClick=${() => change(tellPosition, position)}>${t("duty.here")}</button>
    <${ProblemNotice} problem=${problem} /></section>`;
}

/** Homes whose controller is silent: one line, however many they are. */
function SilentLine({ data }) {
  if (!data?.count) return null;
  return html`<a class=${`card task ${data.overdue ? "late" : ""}`} href=${silent()}>
    <strong>${t("silent.title", { n: data.count })}</strong>
    <span class="mark"><${Icon} name="clock" />${t("silent.waiting", { n: data.waiting })}</span>
    ${data.overdue > 0 && html`<span class="mark late"><${Icon} name="warn" />${t("silent.overdue", { n: data.overdue })}</span>`}</a>`;
}

/** Lists of unknown length appear together: nothing that somebody reaches for moves. */
function Lists({ me }) {
  const operator = isOperator(me);
  const waiting = useAnswer(tasks.path(), { every: PACE });
  const running = useAnswer(operator ? cases.path() : null, { every: PACE });
  const quiet = useAnswer(operator ? silentHomes.path() : null, { every: PACE });
  const duty = useAnswer(operator ? responders.path() : null, { every: 6 * PACE });
  useCalls(waiting.data);
  const known = ({ data, problem }) => data || problem;
  if (!known(waiting) || (operator && ![running, quiet, duty].every(known))) return html`<${Loading} />`;
  return html`
    <${SilentLine} data=${quiet.data} />
    <${Tasks} me=${me} answer=${waiting} />
    ${operator && html`<${Cases} first=${running.data} />
      <${Find} title=${t("find.title")} show=${(one, words) => html`<a class="card task" href=${caseFile({ case: one.registration })}>${words}</a>`} />
      <${OnDuty} all=${duty.data} />
      <a class="button outline wide" href=${newsDesk()}>${t("desk.news")}</a>`}`;
}

export function Desk({ me }) {
  if (!isStaff(me)) return html`<${Hidden} />`;
  return html`<div class="narrow">
    <${Title}>${t("desk.title")}<//>
    ${isResponder(me) && html`<${Duty} />`}
    ${isOperator(me) && html`<a class="button primary wide" href=${request()}><${Icon} name="phone" />${t("desk.new")}</a>`}
    <${Lists} me=${me} />
    <a class="button quiet wide" href=${account()}>${t("app.account")}</a>
  </div>`;
}
