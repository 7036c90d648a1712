// Somebody phones and asks for a home check.
import { t, word } from "../i18n/index.js";
import { call, paths } from "../lib/api.js";
import { links } from "../lib/router.js";
import { isOperator } from "../lib/staff.js";
import { html, useState } from "../lib/ui.js";
import { Check, filled, Input, Select } from "../parts/fields.js";
import { Find } from "../parts/find.js";
import { Notice, ProblemNotice } from "../parts/messages.js";
import { Back, Title } from "../parts/page.js";
import { Hidden } from "./instead.js";

const RELATIONS = [
  "self", "spouse", "parent", "child", "sibling", "grandparent", "grandchild", "parent_in_law", "child_in_law",
  "sibling_in_law", "grandparent_in_law", "grandchild_in_law", "uncle_aunt", "nephew_niece", "great_grandparent",
  "great_grandchild", "cousin", "friend", "neighbour", "other",
];
const WISHES = ["unlock", "beyond_door", "enter", "assist", "recurring"];

/** A home is looked after already: the case in which it is. */
const running = (problem) => problem?.type?.endsWith(":runs-already") && /HC-\d+-\d+/.exec(problem.detail)?.[0];

/** For whom it is asked: found by name or number; by the home's number where nobody is registered. */
function Whose({ chosen, onChoose }) {
  if (chosen) {
    return html`<${Notice} icon="home" title=${t("find.target", { name: chosen.target })}>
      <p>${t("find.contractor", { name: chosen.contractor })} ${chosen.home_name}</p>
      <input type="hidden" name="home" value=${chosen.home} />
      <button type="button" class="button quiet" onClick=${() => onChoose(null)}>${t("request.change")}</button><//>`;
  }
  return html`<${Input} name="home" label=${t("request.home")} hint=${t("request.homeHint")} required />`;
}

export function Request({ me }) {
  const [chosen, choose] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!isOperator(me)) return html`<${Hidden} />`;
  const submit = async (event) => {
    event.preventDefault();
    const { home, note, ...caller } = filled(event.target, ["home", "name", "relation", "number", "note"]);
    const wishes = ["presence", ...new FormData(event.target).getAll("wish")];
    setBusy(true);
    setProblem(null);
    try {
      const opened = await call("POST", paths.deskCases, { home, caller, wishes, note });
      location.hash = links.case(opened.case);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return html`<div class="narrow">
    <${Back} href=${links.desk}>${t("desk.title")}<//>
    <${Title}>${t("desk.new")}<//>
    ${!chosen && html`<${Find} title=${t("request.whose")} show=${(one, words) => html`<button type="button" class="card task" onClick=${() => choose(one)}>${words}</button>`} />`}
    <form class="card" onSubmit=${submit}>
      <${Whose} chosen=${chosen} onChoose=${choose} />
      <${Input} name="name" label=${t("request.name")} required maxlength="60" />
      <${Select} name="relation" label=${t("request.relation")} options=${RELATIONS.map((one) => [one, word("relation", one)])} />
      <${Input} name="number" type="tel" label=${t("request.number")} maxlength="20" />
      <fieldset><legend>${t("request.wishes")}</legend>
        ${WISHES.map((one) => html`<${Check} name="wish" value=${one} label=${word("wish", one)} />`)}
        <p class="hint">${t("request.wishesHint")}</p></fieldset>
      <${Input} name="note" area label=${t("request.note")} />
      <${ProblemNotice} problem=${problem} />
      ${running(problem) && html`<a class="button outline wide" href=${links.case(running(problem))}>${t("request.running")}</a>`}
      <button type="submit" class="button primary wide" disabled=${busy}>${t("request.submit")}</button>
    </form>
  </div>`;
}
