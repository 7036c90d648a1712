import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { useLead } from "../../../lib/lead.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { contractsOf } from "../api.js";
import { contract as contractLink, contracts } from "../links.js";

/** All contracts of a person; who has one is led there. */
export function Contracts({ title }) {
  const answer = useAnswer(contractsOf.path());
  const only = answer.data?.length === 1 ? answer.data[0] : null;
  useLead(contracts(), only && contractLink({ contract: only.id }));
  const other = instead(answer, title);
  if (other || only) return other;
  return html`<div class="narrow"><${Title}>${title}<//>
    ${answer.data.length === 0 && html`<${Empty} icon="info" title=${t("contracts.none")}><p>${t("contracts.noneDetail")}</p><//>`}
    <ul class="homes">${answer.data.map((one) => html`<li><a class="card home-link" href=${contractLink({ contract: one.id })}>
      <span><strong>${one.home_name}</strong><br />${one.name} <span class="pill">${word("stands", one.state)}</span></span><${Icon} name="right" /></a></li>`)}</ul>
  </div>`;
}
