// What is kept on this device until it is sent, at the top of every page.
import { dayWords, learn, t, word } from "../../../lib/i18n.js";
import { drop, kept, onOutbox } from "../../../lib/outbox.js";
import { moment } from "../../../lib/time.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";
import { words } from "../index.js";

/** What somebody wrote, to copy it from: texts only. */
const texts = (body) => Object.values(body ?? {}).flatMap((value) =>
  (typeof value === "string" ? (value.length < 1000 ? [value] : []) : value && typeof value === "object" ? texts(value) : []));

const named = (one) => html`<strong>${word("outbox", one.kind)}</strong> <span class="hint">${moment(new Date(one.at), dayWords())}</span>`;

function Refused({ one }) {
  const said = texts(one.body);
  return html`<${Notice} tone="error" title=${t("outbox.refused")}>
    <p>${named(one)}</p>
    <p>${[one.problem.title, one.problem.detail].filter(Boolean).join(" ")}</p>
    ${(one.problem.errors ?? []).map(({ why }) => html`<p>${why}</p>`)}
    ${said.length > 0 && html`<p class="hint">${t("outbox.said", { when: moment(new Date(one.at), dayWords()) })} ${said.join(" / ")}</p>`}
    <button type="button" class="button quiet" onClick=${() => drop(one.id)}>${t("outbox.read")}</button><//>`;
}

export function Outbox({ loggedIn = true }) {
  const [found, find] = useState([]);
  useEffect(() => {
    const look = () => kept().then(find, () => {});
    learn([words]).then(look, () => {});
    return onOutbox(look);
  }, []);
  const waiting = found.filter(({ problem }) => !problem);
  const refused = found.filter(({ problem }) => problem);
  return html`<div class="outbox" role="status">
    ${waiting.length > 0 && html`<${Notice} tone="warn" title=${t("outbox.waiting", { n: waiting.length })}>
      <ul>${waiting.map((one) => html`<li key=${one.id}>${named(one)}</li>`)}</ul>
      <p>${t(loggedIn ? "outbox.lead" : "outbox.login")}</p>
      ${waiting.some(({ kind }) => kind === "emergency") && html`<p><strong>${t("outbox.emergencyLead")}</strong></p>`}<//>`}
    ${refused.map((one) => html`<${Refused} key=${one.id} one=${one} />`)}</div>`;
}
