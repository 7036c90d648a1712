// Homes whose controller is silent (通信断): whom to phone and by when, and who has phoned.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { deadline, moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Phone } from "../../../parts/contact.js";
import { Form, Input, Radios, Select } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty, Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { handBackSilent, phonedSilent, silentHomes, takeSilent } from "../api.js";
import { desk } from "../links.js";

const PACE = 15_000;
const named = (name) => name || t("silent.home");

/** The call that was just made: whom, whether they were reached, what was learned. */
function Call({ one, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = (name) => `${name}-${one.home}`;
  const submit = async (event) => {
    event.preventDefault();
    const value = (name) => event.target.elements[field(name)].value.trim();
    setProblem(null);
    setBusy(true);
    try {
      onDone(await phonedSilent({ site: one.home }, { whom: value("whom"), reached: value("reached") === "yes", said: value("said") }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const turn = one.people.find(({ next }) => next)?.name;
  const places = Object.fromEntries(["whom", "reached", "said"].map((name) => [name, field(name)]));
  return html`<${Form} key=${one.calls.length} problem=${problem} places=${places} onSubmit=${submit}>
    <${Select} name=${field("whom")} label=${t("silent.whom")} chosen=${turn} options=${(one.people.length ? one.people : [{ name: "" }]).map(({ name }) => [name, named(name)])} />
    <${Radios} name=${field("reached")} legend=${t("silent.reached")} options=${[["yes", t("silent.yes")], ["no", t("silent.no")]]} />
    <${Input} name=${field("said")} required maxlength="500" label=${t("silent.said")} />
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button outline wide" disabled=${busy}>${t("silent.phoned")}</button><//>`;
}

function SilentHome({ me, one, mayAct, onDone }) {
  const [problem, setProblem] = useState(null);
  const mine = one.taken_by === me.id;
  const move = (how) => async () => {
    setProblem(null);
    try {
      onDone(await how({ site: one.home }));
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<li class=${`card silent-home ${one.overdue ? "late" : ""}`}><h2>${one.name}</h2>
    <p><span class=${`mark ${one.overdue ? "late" : ""}`}><${Icon} name=${one.overdue ? "warn" : one.due ? "clock" : "check"} />
      ${!one.due ? t("silent.done") : one.overdue ? t("desk.overdueSince", { when: deadline(one.due, dayWords()) }) : t("desk.due", { when: deadline(one.due, dayWords()) })}</span></p>
    <p>${t("silent.since", { when: moment(one.heard_at, dayWords()) })} ${one.armed && html`<strong>${t("silent.armed")}</strong>`}</p>
    <ul class="silent-people">${one.people.map(({ name, phone, relation, next }) => html`<li aria-current=${next ? "true" : undefined}>
      ${named(name)}${relation && ` (${relation})`} <${Phone} number=${phone} />${next && html` <span class="mark">${t("silent.next")}</span>`}</li>`)}</ul>
    ${one.calls.length > 0 && html`<ol class="lines">${one.calls.map((call) => html`<li><time dateTime=${call.at}>${moment(call.at, dayWords())}</time>
      <div>${named(call.whom)}: ${t(call.reached ? "silent.yes" : "silent.no")}<p class="hint">${call.said}</p></div></li>`)}</ol>`}
    ${one.taken_by && html`<p class="hint">${t(mine ? "desk.mine" : "desk.taken")}</p>`}
    <${ProblemNotice} problem=${problem} />
    ${mayAct && html`<div class="hands"><button type="button" class="button quiet" onClick=${move(mine ? handBackSilent : takeSilent)}>${t(mine ? "task.handBack" : "task.take")}</button></div>
      <${Call} one=${one} onDone=${onDone} />`}</li>`;
}

export function Silent({ me, title }) {
  const answer = useAnswer(silentHomes.path(), { every: PACE });
  const missing = instead(answer, title);
  if (missing) return missing;
  const { count, homes, may_act: mayAct } = answer.data;
  return html`<div class="narrow"><${Back} href=${desk()}>${t("desk.title")}<//>
    <${Title}>${t("silent.title", { n: count })}<//>
    <p>${t("silent.text")}</p>
    ${!mayAct && html`<${Notice}><p>${t("silent.look")}</p><//>`}
    ${count === 0 && html`<${Empty} icon="check" title=${t("silent.none")} />`}
    <ul class="tasks">${homes.map((one) => html`<${SilentHome} key=${one.home} me=${me} one=${one} mayAct=${mayAct} onDone=${answer.put} />`)}</ul>
    ${count > homes.length && html`<p class="hint">${t("silent.more", { n: count - homes.length })}</p>`}</div>`;
}
