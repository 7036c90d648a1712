// Back from the gateway's page, on which a card was entered: it is kept for the contract.
import { t } from "../../../lib/i18n.js";
import { forgetBelow } from "../../../lib/data.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Loading, Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { contractOf, keepCard } from "../api.js";
import { methods } from "../links.js";

const LEFT = "none"; // the visit of somebody who came back without a card

export function Card({ contract, visit, title }) {
  const [problem, setProblem] = useState(null);
  const keep = async () => {
    setProblem(null);
    try {
      await keepCard({ contract }, { token: visit });
      forgetBelow(contractOf.path({ contract }));
      say(t("card.kept"));
      location.replace(`#${methods({ contract }).replace(/^#/, "")}`);
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => { if (visit !== LEFT) keep(); }, [contract, visit]);
  return html`<div class="narrow"><${Back} href=${methods({ contract })}>${t("card.back")}<//>
    <${Title}>${title}<//>
    ${visit === LEFT && html`<${Notice}><p>${t("card.left")}</p><//>`}
    ${visit !== LEFT && !problem && html`<${Loading} />`}
    <${ProblemNotice} problem=${problem} retry=${keep} />
  </div>`;
}
