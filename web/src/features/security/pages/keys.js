// Codes, keys and cards: who has which, one more, one less. Their numbers are never shown.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Check, filled, Form, Input, Select } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { Empty, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { addKey, changeKey, keysOf, removeKey } from "../api.js";
import { security } from "../links.js";

const MEANS = ["key", "card", "code"];

function NewKey({ home, onDone }) {
  const [problem, setProblem] = useState(null);
  const [means, setMeans] = useState("key");
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const duress = Boolean(form.elements.duress?.checked);
    setProblem(null);
    try {
      onDone(await addKey({ home }, { ...filled(form, ["name", "means", "secret"]), duress }));
      say(t("app.saved"));
      form.reset();
      setMeans("key");
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<${Form} class="card" problem=${problem} onSubmit=${submit}><h2>${t("keys.add")}</h2>
    <${Input} name="name" required maxlength="40" label=${t("keys.name")} />
    <${Select} name="means" label=${t("keys.means")} options=${MEANS.map((one) => [one, t(`keys.${one}`)])} onChange=${(event) => setMeans(event.target.value)} />
    <${Input} name="secret" required minlength="4" maxlength="64" inputmode=${means === "code" ? "numeric" : undefined} label=${t(means === "code" ? "keys.code" : "keys.number")} hint=${means === "code" ? t("keys.codeHint") : ""} />
    ${means === "code" && html`<${Check} name="duress" label=${t("keys.duress")} />`}
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary wide">${t("keys.add")}</button><//>`;
}

export function KeysPage({ home, title }) {
  const answer = useAnswer(keysOf.path({ home }));
  const [asked, setAsked] = useState(null);
  const [problem, setProblem] = useState(null);
  const missing = instead(answer, title);
  if (missing) return missing;
  const { keys, carried, most } = answer.data;
  const remove = async () => {
    setProblem(null);
    try {
      answer.put(await removeKey({ home, key: asked.id }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
    setAsked(null);
  };
  const tell = async ({ id }, told) => {
    setProblem(null);
    try {
      answer.put(await changeKey({ home, key: id }, { told }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<div class="narrow"><${Back} href=${security({ home })}>${t("security.title")}<//>
    <${Title}>${t("keys.title")}<//>
    <p class="hint">${t("keys.count", { n: carried, most })}</p>
    <section class="card">${keys.length ? html`<ul class="lines">${keys.map((one) => html`<li><div><strong>${one.name}</strong><p class="hint">${t(`keys.${one.means}`)} #${one.id}${one.duress ? ` ${t("keys.isDuress")}` : ""}</p>
      ${!one.duress && html`<label class="check"><input type="checkbox" checked=${one.told} onChange=${(event) => tell(one, event.target.checked)} />${t("keys.told", { name: one.name })}</label>`}</div>
      <button type="button" class="button quiet" aria-label=${t("keys.removeName", { name: one.name })} onClick=${() => setAsked(one)}>${t("keys.remove")}</button></li>`)}</ul>` : html`<${Empty} icon="lock" title=${t("keys.none")} />`}</section>
    <${ProblemNotice} problem=${problem} />
    <${NewKey} home=${home} onDone=${answer.put} />
    ${asked && html`<${Dialog} title=${t("keys.removeName", { name: asked.name })} confirm=${t("keys.remove")} danger onConfirm=${remove} onClose=${() => setAsked(null)}><p>${t("keys.removeText")}</p><//>`}
  </div>`;
}
