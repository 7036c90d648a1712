import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html } from "../../../lib/ui.js";
import { instead } from "../../../parts/instead.js";
import { Empty } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { openProposals } from "../api.js";
import { billingDesk } from "../links.js";
import { ProposalCard } from "../parts/proposal.js";

const PACE = 20_000;

/** Everything that waits for a second person. */
export function Proposals({ me, title }) {
  const answer = useAnswer(openProposals.path(), { every: PACE });
  const other = instead(answer, title);
  if (other) return other;
  return html`<div class="wide-page"><${Back} href=${billingDesk()}>${t("billing.back")}<//>
    <${Title}>${title}<//><p class="lead">${t("proposals.lead")}</p>
    ${answer.data.length === 0 && html`<${Empty} icon="check" title=${t("proposals.none")} />`}
    <ul class="rows">${answer.data.map((one) => html`<${ProposalCard} key=${one.id} one=${one} me=${me} onDone=${answer.reload} />`)}</ul></div>`;
}
