// An entry about a contract: what happened, when, and what belongs to it.
import { t, word } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input, Select } from "../../../parts/fields.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { useAnswer } from "../../../lib/data.js";
import { enter, productsOf } from "../api.js";
import { ENTRIES } from "../entries.js";

/** The other plans of a product, to be chosen from once they are known. */
function Plans({ name, product, plan }) {
  const { data } = useAnswer(productsOf.path());
  const others = data?.find((one) => one.product === product)?.plans.filter((one) => one.plan !== plan) ?? [];
  return html`<${Select} name=${name} label=${t("entry.plan")} options=${others.map((one) => [one.plan, t("entry.planFor", { plan: one.plan, n: one.monthly_fee.toLocaleString("ja-JP") })])} />`;
}

function Field({ name, as, product, plan }) {
  if (as === "plan") return html`<${Plans} name=${name} product=${product} plan=${plan} />`;
  const label = t(`entry.${name}`);
  if (Array.isArray(as)) return html`<${Select} name=${name} label=${label} options=${as.map((one) => [one, word("value", one)])} />`;
  const required = !as.endsWith("?");
  const type = { yen: "number", number: "number", month: "month" }[as.replace("?", "")] ?? "text";
  return html`<${Input} name=${name} type=${type} required=${required} label=${label} hint=${required ? null : t("entry.ifNot")} ...${type === "number" ? { min: 1, inputmode: "numeric" } : { maxlength: 500 }} />`;
}

export function Entry({ contract, product, plan, onDone }) {
  const [kind, setKind] = useState("installed");
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const fact = { event: kind };
    if (data.get("on")) fact.on = data.get("on");
    for (const [name, as] of Object.entries(ENTRIES[kind])) {
      const value = data.get(name);
      if (value) fact[name] = typeof as === "string" && /^(yen|number)/.test(as) ? Number(value) : value;
    }
    setBusy(true);
    setProblem(null);
    try {
      const before = await enter({ contract }, { fact });
      say(before.proposals.length > 0 ? t("entry.proposed") : t("app.saved"));
      onDone(before);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<details class="card"><summary><strong>${t("entry.title")}</strong></summary>
    <${Form} draft="entry" problem=${problem} onSubmit=${submit}>
      <${Select} name="kind" label=${t("entry.what")} chosen=${kind} onChange=${(event) => setKind(event.target.value)} options=${Object.keys(ENTRIES).map((one) => [one, word("fact", one)])} />
      <${Input} name="on" type="date" label=${t("entry.on")} hint=${t("entry.onHint")} />
      ${Object.entries(ENTRIES[kind]).map(([name, as]) => html`<${Field} key=${`${kind}-${name}`} name=${name} as=${as} product=${product} plan=${plan} />`)}
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t("entry.submit")}</button><//></details>`;
}
