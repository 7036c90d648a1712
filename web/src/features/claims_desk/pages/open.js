import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { fullDay } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { billingDesk } from "../../billing_desk/links.js";
import { claimsToDo } from "../api.js";
import { anyClaim } from "../links.js";

const PAGE = 50;

/** Claims that somebody has to do something about. */
export function OpenClaims({ title }) {
  const answer = useAnswer(claimsToDo.path({ limit: PAGE }));
  const [more, setMore] = useState([]);
  const [problem, setProblem] = useState(null);
  const other = instead(answer, title);
  if (other) return other;
  const all = [...answer.data, ...more];
  const whole = all.length % PAGE !== 0 || all.length === 0;
  const readOn = async () => {
    setProblem(null);
    try {
      const next = await claimsToDo({ after: all.at(-1).id, limit: PAGE });
      setMore([...more, ...next]);
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<div class="wide-page"><${Back} href=${billingDesk()}>${t("billing.back")}<//>
    <${Title}>${title}<//>
    ${all.length === 0 && html`<${Empty} icon="check" title=${t("claimdesk.none")} />`}
    <ul class="rows">${all.map((one) => html`<li key=${one.id}><a class="card row" href=${anyClaim({ claim: one.id })}>
      <span><strong>${word("loss", one.loss.cause)}</strong> <span class="pill">${word("claimstage", one.stage ?? "applied")}</span><br />
        <span class="hint">${t("claimdesk.line", { day: fullDay(one.loss.happened), yen: one.loss.amount.toLocaleString("ja-JP"), contract: one.contract })}</span></span>
      <${Icon} name="right" /></a></li>`)}</ul>
    <${ProblemNotice} problem=${problem} />
    ${!whole && html`<button type="button" class="button quiet wide" onClick=${readOn}>${t("claimdesk.more")}</button>`}
  </div>`;
}
