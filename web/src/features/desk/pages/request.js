// Somebody phones and asks for a home check.
import { choices, t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Check, filled, Form, Input, Select } from "../../../parts/fields.js";
import { Hidden } from "../../../parts/instead.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { openCase } from "../api.js";
import { isOperator } from "../groups.js";
import { caseFile, desk } from "../links.js";
import { Find } from "../parts/find.js";

const MOST = "presence"; // what every request is for
/** Where the API speaks of what a field of the form holds. */
const PLACES = { "caller.name": "name", "caller.relation": "relation", "caller.number": "number" };

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
    const wishes = [MOST, ...new FormData(event.target).getAll("wish")];
    setBusy(true);
    setProblem(null);
    try {
      const opened = await openCase({}, { home, caller, wishes, note });
      location.hash = caseFile({ case: opened.case });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return html`<div class="narrow">
    <${Back} href=${desk()}>${t("desk.title")}<//>
    <${Title}>${t("desk.new")}<//>
    ${!chosen && html`<${Find} title=${t("request.whose")} show=${(one, words) => html`<button type="button" class="card task" onClick=${() => choose(one)}>${words}</button>`} />`}
    <${Form} draft="request" class="card" problem=${problem} places=${PLACES} onSubmit=${submit}>
      <${Whose} chosen=${chosen} onChoose=${choose} />
      <${Input} name="name" label=${t("request.name")} required maxlength="60" />
      <${Select} name="relation" label=${t("request.relation")} options=${choices("relation")} />
      <${Input} name="number" type="tel" label=${t("request.number")} maxlength="20" />
      <fieldset><legend>${t("request.wishes")}</legend>
        ${choices("wish").map(([wish, words]) => html`<${Check} name="wish" value=${wish} label=${words} />`)}
        <p class="hint">${t("request.wishesHint")}</p></fieldset>
      <${Input} name="note" area label=${t("request.note")} />
      <${ProblemNotice} problem=${problem} />
      ${running(problem) && html`<a class="button outline wide" href=${caseFile({ case: running(problem) })}>${t("request.running")}</a>`}
      <button type="submit" class="button primary wide" disabled=${busy}>${t("request.submit")}</button>
    <//>
  </div>`;
}
