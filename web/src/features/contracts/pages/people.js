// The people of a contract: who sees the home, who is invited, one more, one less.
import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { fullDay } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { filled, Form, Input } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { addPerson, inviteAgain, peopleOf, removeWatcher } from "../api.js";
import { contract as contractLink } from "../links.js";

function Somebody({ contract, one, manages, onChange }) {
  const [asked, ask] = useState(false);
  const [problem, setProblem] = useState(null);
  const tried = async (work, words) => {
    setProblem(null);
    try {
      await work();
      say(words);
      onChange();
    } catch (error) {
      setProblem(error);
    }
  };
  const again = () => tried(() => inviteAgain({ contract, person: one.key }), t("users.sent", { email: one.email }));
  const remove = () => {
    ask(false);
    tried(() => removeWatcher({ contract, watcher: one.key }), t("users.removed", { name: one.name }));
  };
  const state = one.login ? "member" : one.invitation ?? "none";
  return html`<li class="card person"><p><strong>${one.name}</strong>${one.me && ` ${t("users.me")}`}<br />${word("role", one.role)} ${one.email}</p>
    ${manages && html`<p><span class=${`pill ${one.login ? "" : "waiting"}`}>${word("invited", state)}</span>
      ${one.expires && html` <span class="hint">${t("users.until", { day: fullDay(one.expires) })}</span>`}</p>`}
    <${ProblemNotice} problem=${problem} />
    ${manages && !one.login && one.email && html`<button type="button" class="button quiet wide" onClick=${again}>${one.invitation ? t("users.again") : t("users.invite")}</button>`}
    ${manages && one.role === "watcher" && html`<button type="button" class="button remove" aria-label=${t("users.removeOf", { name: one.name })} onClick=${() => ask(true)}>${t("users.remove")}</button>`}
    ${asked && html`<${Dialog} title=${t("users.removeAsk", { name: one.name })} confirm=${t("users.remove")} danger onConfirm=${remove} onClose=${() => ask(false)}>
      <p>${t("users.removeMeans")}</p><//>`}
  </li>`;
}

function Add({ contract, left, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const wanted = filled(form, ["name", "email"]);
    setBusy(true);
    setProblem(null);
    try {
      onDone(await addPerson({ contract }, wanted));
      say(t("users.sent", { email: wanted.email }));
      form.reset();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<section aria-labelledby="add"><h2 id="add">${t("users.add")}</h2>
    <${Form} draft="invite" class="card" problem=${problem} onSubmit=${submit}>
      <${Input} name="name" required maxlength="60" label=${t("users.name")} />
      <${Input} name="email" type="email" required maxlength="254" label=${t("login.email")} hint=${t("users.addHint")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t("users.invite")}</button>
      <p class="hint">${t("users.left", { n: left })}</p><//></section>`;
}

export function People({ contract, title }) {
  const answer = useAnswer(peopleOf.path({ contract }));
  const other = instead(answer, title);
  if (other) return other;
  const { people, manages, left_today: left } = answer.data;
  return html`<div class="narrow"><${Back} href=${contractLink({ contract })}>${t("contract.back")}<//>
    <${Title}>${title}<//>
    <p class="lead">${t("users.lead", { home: answer.data.home_name })}</p>
    <ul class="rows">${people.map((one) => html`<${Somebody} key=${one.key} contract=${contract} one=${one} manages=${manages} onChange=${answer.reload} />`)}</ul>
    ${manages && html`<${Add} contract=${contract} left=${left} onDone=${answer.put} />`}
  </div>`;
}
