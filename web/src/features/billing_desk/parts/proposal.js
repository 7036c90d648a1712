// An entry that waits for a second person.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { approve, reject } from "../api.js";
import { anyContract } from "../links.js";

const said = (fact) => Object.entries(fact)
  .filter(([name, value]) => !["event", "on", "id"].includes(name) && value !== null && value !== "" && value !== false)
  .map(([name, value]) => `${word("entry", name)} ${typeof value === "number" ? value.toLocaleString("ja-JP") : value}`).join("、");

export function ProposalCard({ one, me, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const decided = (work, words) => async () => {
    setBusy(true);
    setProblem(null);
    try {
      onDone(await work({ proposal: one.id }));
      say(words);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<li class="card person"><p><a href=${anyContract({ contract: one.contract })}>${one.contract}</a></p>
    <ul class="plain">${one.facts.map((fact) => html`<li><strong>${word("fact", fact.event)}</strong> ${said(fact)}</li>`)}</ul>
    <p class="hint">${one.by === me.id ? t("proposals.mine") : t("proposals.by")} ${moment(one.at, dayWords())}</p>
    <${ProblemNotice} problem=${problem} />
    <div class="chips">${one.by !== me.id && html`<button type="button" class="button primary" disabled=${busy} onClick=${decided(approve, t("proposals.approved"))}>${t("proposals.approve")}</button>`}
      <button type="button" class="button quiet" disabled=${busy} onClick=${decided(reject, t("proposals.rejected"))}>${one.by === me.id ? t("proposals.withdraw") : t("proposals.reject")}</button></div></li>`;
}
