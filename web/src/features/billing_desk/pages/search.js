// Finding a contract by whatever a caller says.
import { t, word } from "../../../lib/i18n.js";
import { today } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Check, Form, Input } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";
import { Empty, ProblemNotice } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { account } from "../../account/links.js";
import { openClaims } from "../../claims_desk/links.js";
import { imports } from "../../imports/links.js";
import { prices } from "../../prices/links.js";
import { findContracts } from "../api.js";
import { questions } from "../entries.js";
import { anyContract, monthOf, proposals } from "../links.js";

const ID = /^c-[0-9a-f]{16}$/;
/** The last search, which is still there when one comes back. */
let last = { said: "", unpaid: false, found: null };

async function ask(said, unpaid) {
  const asked = said ? questions(said) : [{}];
  const pages = await Promise.all(asked.map((one) => findContracts({ ...one, ...(unpaid ? { unpaid: true } : {}) })));
  const found = new Map(pages.flatMap(({ contracts }) => contracts).map((card) => [card.contract, card]));
  return { contracts: [...found.values()], more: pages.some(({ after }) => after) };
}

const Found = ({ card }) => html`<li><a class="card row" href=${anyContract({ contract: card.contract })}>
  <span><strong>${card.name}</strong> ${card.home_name} <span class="pill">${word("standing", card.state)}</span>
    ${card.unpaid.length > 0 && html` <span class="pill silent">${t("billing.unpaidMonths", { n: card.unpaid.length })}</span>`}
    <br /><span class="hint">${[card.product, card.phone, card.address, card.email].filter(Boolean).join("　")}</span></span>
  <${Icon} name="right" /></a></li>`;

export function Search() {
  const [found, show] = useState(last.found);
  const [problem, setProblem] = useState(null);
  const box = useRef();
  const search = async (event) => {
    event.preventDefault();
    const said = event.target.elements.said.value.trim();
    const unpaid = event.target.elements.unpaid.checked;
    if (ID.test(said)) {
      location.hash = anyContract({ contract: said });
      return;
    }
    setProblem(null);
    try {
      last = { said, unpaid, found: await ask(said, unpaid) };
      show(last.found);
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => { box.current?.querySelector("input")?.focus({ preventScroll: true }); }, []);
  return html`<div class="wide-page"><${Title}>${t("billing.title")}<//>
    <nav class="chips" aria-label=${t("billing.more")}><a class="button outline" href=${proposals()}>${t("proposals.title")}</a>
      <a class="button outline" href=${monthOf({ month: today().slice(0, 7) })}>${t("closing.title")}</a>
      <a class="button outline" href=${openClaims()}>${t("billing.claims")}</a>
      <a class="button outline" href=${prices()}>${t("billing.prices")}</a>
      <a class="button outline" href=${imports()}>${t("billing.imports")}</a>
      <a class="button quiet" href=${account()}>${t("app.account")}</a></nav>
    <div ref=${box}><${Form} role="search" class="card" problem=${problem} onSubmit=${search}>
      <${Input} name="said" value=${last.said} label=${t("billing.search")} hint=${t("billing.searchHint")} />
      <${Check} name="unpaid" defaultChecked=${last.unpaid} label=${t("billing.unpaid")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide">${t("billing.find")}</button><//></div>
    ${found && html`<section aria-labelledby="found"><h2 id="found" role="status">${t("billing.found", { n: found.contracts.length })}</h2>
      ${found.contracts.length === 0 && html`<${Empty} icon="info" title=${t("billing.nobody")} />`}
      <ul class="rows">${found.contracts.map((card) => html`<${Found} key=${card.contract} card=${card} />`)}</ul>
      ${found.more && html`<p class="hint">${t("billing.narrow")}</p>`}</section>`}
  </div>`;
}
