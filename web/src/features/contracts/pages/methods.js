// What a contract is paid with.
import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { filled, Form, Input, Select } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { cardPage, keepAccount, methodsOf, payOtherwise } from "../api.js";
import { contract as contractLink } from "../links.js";

const KINDS = ["ordinary", "current", "tax_reserve", "other"];
const PLACES = Object.fromEntries(["bank", "branch", "kind", "number", "holder"].map((name) => [`account.${name}`, name]));

function Account({ contract, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const account = filled(event.target, ["bank", "branch", "kind", "number", "holder"]);
    setBusy(true);
    setProblem(null);
    try {
      onDone(await keepAccount({ contract }, { account, has_card: !event.target.elements.no_card.checked }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<details class="card"><summary><strong>${t("methods.newAccount")}</strong></summary>
    <${Form} problem=${problem} places=${PLACES} onSubmit=${submit}>
      <${Input} name="bank" required inputmode="numeric" pattern="\\d{4}" label=${t("methods.bank")} hint=${t("methods.bankHint")} />
      <${Input} name="branch" required inputmode="numeric" pattern="\\d{3}" label=${t("methods.branch")} hint=${t("methods.branchHint")} />
      <${Select} name="kind" label=${t("methods.kind")} options=${KINDS.map((one) => [one, t(`methods.kind-${one}`)])} />
      <${Input} name="number" required inputmode="numeric" pattern="\\d{1,7}" label=${t("methods.number")} />
      <${Input} name="holder" required maxlength="30" label=${t("methods.holder")} hint=${t("methods.holderHint")} />
      <label class="check"><input type="checkbox" name="no_card" /><span>${t("methods.noCard")}</span></label>
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t("methods.keep")}</button><//></details>`;
}

export function Methods({ contract, title }) {
  const answer = useAnswer(methodsOf.path({ contract }));
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const other = instead(answer, title);
  if (other) return other;
  const { payment, account, card } = answer.data;
  const way = async (wanted) => {
    setProblem(null);
    try {
      await payOtherwise({ contract }, { payment: wanted });
      answer.reload();
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  const toCard = async () => {
    setProblem(null);
    setBusy(true);
    try {
      location.assign((await cardPage({ contract })).url);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  const others = ["card", "bank_transfer"].filter((one) => one !== payment);
  return html`<div class="narrow"><${Back} href=${contractLink({ contract })}>${t("contract.back")}<//>
    <${Title}>${title}<//>
    <dl class="facts card">
      <div><dt>${t("methods.now")}</dt><dd>${word("payment", payment)}</dd></div>
      <div><dt>${t("methods.card")}</dt><dd>${card ? `${card.brand} ${card.number}（${card.expires}）` : t("methods.none")}</dd></div>
      <div><dt>${t("methods.account")}</dt><dd>${account ? `${account.bank_name ?? account.bank} ${account.branch_name ?? account.branch} ${account.number}` : t("methods.none")}</dd></div>
    </dl>
    ${payment === "card" && !card && html`<${Notice} tone="warn"><p>${t("methods.cardMissing")}</p><//>`}
    ${payment === "in_app" && html`<${Notice}><p>${t("methods.inApp")}</p><//>`}
    ${payment !== "in_app" && html`<button type="button" class=${`button wide ${payment === "card" && !card ? "primary" : "outline"}`} disabled=${busy} onClick=${toCard}>${t(card ? "methods.otherCard" : "methods.newCard")}</button>
    <p class="hint">${t("methods.cardHint")}</p>`}
    <${Account} contract=${contract} onDone=${answer.put} />
    <${ProblemNotice} problem=${problem} />
    ${others.map((one) => html`<button type="button" class="button outline wide" onClick=${() => way(one)}>${t("methods.change", { way: word("payment", one) })}</button>`)}
  </div>`;
}
