// One visit to an empty home: setting out, standing there, what was seen.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { KEPT } from "../../../lib/http.js";
import { clockTime } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Address } from "../../../parts/contact.js";
import { instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { timed, TO_COME } from "../../desk/parts/when.js";
import { arriveAt, beginLeg, reportVisit, stopOf } from "../api.js";
import { HomeForm } from "./home-form.js";

/** `when`: what the centre says of when it happened, for somebody on the telephone. */
export function Stop({ stop, number, when = "", onChange }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [kept, keep] = useState([]); // what is sent later: here it counts already
  const tried = async (send, body) => {
    if (when === TO_COME) return setProblem({ kind: "refused", title: t("when.toCome") });
    setBusy(true);
    setProblem(null);
    try {
      const said = await send({ task: stop.task, ...timed(when) }, body);
      if (said === KEPT) keep([...kept, send]);
      say(t(said === KEPT ? "app.sentLater" : "app.saved"));
      onChange();
    } catch (error) {
      setProblem(error);
    }
    return setBusy(false);
  };
  const begun = stop.begun || kept.includes(beginLeg);
  if (kept.includes(reportVisit)) return html`<li class="card"><h2>${number}. ${stop.name}</h2><p>${t("app.sentLater")}</p></li>`;
  const hours = t("round.hours", { start: clockTime(stop.not_before), end: clockTime(stop.not_after) });
  return html`<li class="card"><h2>${number}. ${stop.name}</h2>
    <p><span class="pill">${t(`visits.${stop.visit}`)}</span> ${hours} <span class="hint">${t("round.arrives", { when: clockTime(stop.arrives_at) })} ${stop.case}</span></p>
    <${Address} address=${stop.address} place=${stop.place} />
    ${stop.note && html`<p>${stop.note}</p>`}
    ${!stop.inside && html`<p class="hint">${t("round.outside")}</p>`}
    <p>${t(`visits.mail-${stop.mailbox.wish}`)}${stop.mailbox.to && `：〒${stop.mailbox.to.postal_code} ${stop.mailbox.to.address} ${stop.mailbox.to.name}`}</p>
    ${!begun && html`<${ProblemNotice} problem=${problem} />
      <button type="button" class="button primary wide" disabled=${busy} onClick=${() => tried(beginLeg)}>${t("round.begin")}</button>`}
    ${begun && html`<button type="button" class="button outline wide" disabled=${busy} onClick=${() => tried(arriveAt)}>${t("visit.arrived")}</button>
      <${HomeForm} stop=${stop} busy=${busy} problem=${problem} onAnswer=${(said) => tried(reportVisit, said)} />`}</li>`;
}

/** The visit of a task, for the centre, whose responder is on the telephone. */
export function StopOf({ task, when, onChange }) {
  const answer = useAnswer(stopOf.path({ task }));
  const other = instead(answer);
  if (other) return other;
  return html`<ol class="tasks"><${Stop} stop=${answer.data} number="1" when=${when} onChange=${() => { answer.reload(); onChange(); }} /></ol>`;
}
