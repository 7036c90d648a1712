// Somebody phones and asks for a home check.
import { t, word } from "../i18n/index.js";
import { call, paths } from "../lib/api.js";
import { links } from "../lib/router.js";
import { isOperator } from "../lib/staff.js";
import { html, useState } from "../lib/ui.js";
import { Check, filled, Input, Select } from "../parts/fields.js";
import { ProblemNotice } from "../parts/messages.js";
import { Back, Title } from "../parts/page.js";
import { Hidden } from "./instead.js";

const RELATIONS = [
  "self", "spouse", "parent", "child", "sibling", "grandparent", "grandchild", "parent_in_law", "child_in_law",
  "sibling_in_law", "grandparent_in_law", "grandchild_in_law", "uncle_aunt", "nephew_niece", "great_grandparent",
  "great_grandchild", "cousin", "friend", "neighbour", "other",
];
const WISHES = ["unlock", "beyond_door", "enter", "assist", "recurring"];

export function Request({ me }) {
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
    <form class="card" onSubmit=${submit}>
      <${Input} name="home" label=${t("request.home")} required />
      <${Input} name="name" label=${t("request.name")} required maxlength="60" />
      <${Select} name="relation" label=${t("request.relation")} options=${RELATIONS.map((one) => [one, word("relation", one)])} />
      <${Input} name="number" type="tel" label=${t("request.number")} maxlength="20" />
      <fieldset><legend>${t("request.wishes")}</legend>
        ${WISHES.map((one) => html`<${Check} name="wish" value=${one} label=${word("wish", one)} />`)}
        <p class="hint">${t("request.wishesHint")}</p></fieldset>
      <${Input} name="note" area label=${t("request.note")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t("request.submit")}</button>
    </form>
  </div>`;
}
