// What is kept of a home, for its contractor: asked for, prepared by each context, downloaded.
import { useAnswer } from "../../../lib/data.js";
import { dayWords, t, word } from "../../../lib/i18n.js";
import { deadline } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Loading, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { useHome } from "../../homes/api.js";
import { home as homeLink } from "../../homes/links.js";
import { disclose, disclosuresOf } from "../api.js";

const SOON = 5_000;

export function Kept({ home, title }) {
  const { data: about } = useHome(home);
  const [waits, wait] = useState(false);
  const { data, problem: unread, reload } = useAnswer(disclosuresOf.path({ home }), { every: waits ? SOON : 0 });
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const waiting = Boolean(data?.disclosures.some(({ complete }) => !complete));
  if (waiting !== waits) wait(waiting);
  const ask = async () => {
    setProblem(null);
    setBusy(true);
    try {
      await disclose({ home });
      say(t("kept.asked"));
      reload();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<div class="narrow"><${Back} href=${homeLink({ home })}>${t("home.back", { home: about?.name ?? "" })}<//><${Title}>${title}<//>
    <p>${t("kept.lead")}</p>
    ${problem && html`<${ProblemNotice} problem=${problem} />`}
    <button type="button" class="button primary wide" disabled=${busy || waiting} onClick=${ask}>${t("kept.ask")}</button>
    <div aria-live="polite">
      ${!data && (unread ? html`<${ProblemNotice} problem=${unread} retry=${reload} />` : html`<${Loading} />`)}
      ${data && data.disclosures.length === 0 && html`<p class="hint">${t("kept.none")}</p>`}
      ${data?.disclosures.map((one) => html`<${Disclosed} key=${one.id} one=${one} />`)}
    </div>
    <section class="card" aria-labelledby="erase"><h2 id="erase">${t("kept.erase")}</h2><p>${t("kept.eraseHow")}</p></section></div>`;
}

function Disclosed({ one }) {
  const parts = one.files.filter(({ name }) => !name.includes("/"));
  const pictures = one.files.filter(({ name }) => name.includes("/"));
  const when = deadline(one.asked_at, dayWords());
  return html`<section class="card" aria-label=${t("kept.ready", { when })}><h2>${t("kept.ready", { when })}</h2>
    ${!one.complete && html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>${t("kept.waiting")}</p>`}
    ${one.complete && html`<ul>${parts.map(({ name, size, url }) => html`<li key=${name}>
        <a class="button quiet" href=${url} download>${word("part", name.replace(".json", ""))}</a> <span class="hint">${t("kept.size", { n: Math.ceil(size / 1024) })}</span></li>`)}</ul>
      ${pictures.length > 0 && html`<details><summary>${t("kept.pictures", { n: pictures.length })}</summary>
        <ul>${pictures.map(({ name, url }) => html`<li key=${name}><a href=${url} download>${name.split("/").at(-1)}</a></li>`)}</ul></details>`}
      <p class="hint">${t("kept.until")}</p>`}</section>`;
}
