// A responder's round of today: where to go next, and what was seen there.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html } from "../../../lib/ui.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { Empty } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { isResponder } from "../../desk/parts/who.js";
import { myRound } from "../api.js";
import { Stop } from "../parts/stop.js";

const PACE = 15_000;

export function RoundPage({ me, title }) {
  const answer = useAnswer(isResponder(me) ? myRound.path() : null, { every: PACE });
  if (!isResponder(me)) return html`<${Hidden} />`;
  const other = instead(answer, title);
  if (other) return other;
  const { data: stops, reload } = answer;
  return html`<div class="narrow"><${Title}>${t("round.title")}<//>
    ${stops.length === 0 && html`<${Empty} icon="check" title=${t("round.nothing")} />`}
    <ol class="tasks">${stops.map((stop, n) => html`<${Stop} key=${stop.task} stop=${stop} number=${n + 1} onChange=${reload} />`)}</ol></div>`;
}
