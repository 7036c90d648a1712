// Who is registered, found by whoever has somebody on the telephone.
import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { Input } from "../../../parts/fields.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { registrations } from "../api.js";

/** `show` makes of a registration, and of what is written about it, something to press. */
export function Find({ title, show }) {
  const [wanted, setWanted] = useState("");
  const { data, problem, reload } = useAnswer(wanted && registrations.path({ find: wanted }));
  const submit = (event) => {
    event.preventDefault();
    setWanted(event.target.elements.find.value.trim());
  };
  return html`<section class="card find" aria-labelledby="find-title"><h2 id="find-title">${title}</h2>
    <form role="search" onSubmit=${submit}>
      <${Input} name="find" type="search" required maxlength="60" label=${t("find.label")} hint=${t("find.hint")} />
      <button type="submit" class="button outline wide">${t("find.submit")}</button>
    </form>
    ${problem && html`<${ProblemNotice} problem=${problem} retry=${reload} />`}
    <div aria-live="polite">${data?.length === 0 && html`<${Notice}><p>${t("find.nobody")}</p><//>`}
      ${data?.length > 0 && html`<ul class="tasks">${data.map((one) => html`<li key=${one.registration}>${show(one, html`
        <strong>${t("find.target", { name: one.target })}</strong><span class="pill">${word("consent", one.state)}</span>
        <span class="hint">${t("find.contractor", { name: one.contractor })} ${one.home_name}</span>`)}</li>`)}</ul>`}</div>
  </section>`;
}
