// What was written down is not true: a report from the wrong door, a consent of somebody else.
import { t } from "../../../lib/i18n.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input, Radios } from "../../../parts/fields.js";
import { useAnswer } from "../../../lib/data.js";
import { Loading, Notice, ProblemNotice } from "../../../parts/messages.js";
import { stopOf } from "../../rounds/api.js";
import { HomeFields, homeReportOf } from "../../rounds/parts/home-form.js";
import { ReportFields, reportOf } from "./report.js";

const SITE = ["nothing_wrong", "abnormal", "not_reached"];

/** Whether there is something to correct: the API has the last word. */
export const corrects = ({ kind, state, timeline }) => (kind === "consent"
  ? ["granted", "refused", "unconfirmed"].includes(state)
  : timeline.some(({ event }) => ["visited", "site_reported", "home_reported", "corrected"].includes(event)));

const SITES = ["requested", "alarm"];

/** The fields of what is true, by the kind of case. `onStop` is given what the visit was to an empty home. */
function TrueReport({ shown, outcome, onOutcome, onStop }) {
  if (SITES.includes(shown.kind)) return html`<${Radios} name="outcome" legend=${t("site.found")} options=${SITE.map((one) => [one, t(`site.${one}`)])} /><${Input} name="note" area label=${t("visit.note")} />`;
  if (shown.kind === "patrol") return html`<${EmptyHome} shown=${shown} onStop=${onStop} />`;
  return html`<${ReportFields} outcome=${outcome} onOutcome=${onOutcome} />`;
}

/** The checklist of a visit that was made, as whoever made it had it. */
function EmptyHome({ shown, onStop }) {
  const made = shown.tasks.filter(({ kind, status }) => kind === "visit" && status === "answered").at(-1);
  const { data: stop, problem } = useAnswer(stopOf.path({ task: made?.id ?? "" }));
  useEffect(() => onStop(stop), [stop]);
  if (!stop) return problem ? html`<${ProblemNotice} problem=${problem} />` : html`<${Loading} />`;
  return html`<${HomeFields} stop=${stop} />`;
}

/** `onCorrect` takes {reason, report}; no report: it is not known what is true. */
export function Correction({ shown, onCorrect }) {
  const [asking, setAsking] = useState(false);
  const [known, setKnown] = useState("");
  const [outcome, setOutcome] = useState(null);
  const consent = shown.kind === "consent";
  const [stop, setStop] = useState(null);
  const close = () => { setAsking(false); setKnown(""); setOutcome(null); };
  const decide = (data) => {
    const form = document.querySelector("dialog form");
    const report = () => {
      if (SITES.includes(shown.kind)) return { outcome: data.get("outcome"), note: data.get("note") ?? "" };
      return shown.kind === "patrol" ? homeReportOf(form, stop) : reportOf(form, outcome);
    };
    if (known === "yes" && shown.kind === "patrol" && !stop) return; // the checklist is not there yet
    const said = { reason: data.get("reason"), report: known === "yes" ? report() : null };
    close();
    onCorrect(said);
  };
  return html`<button type="button" class="button quiet" onClick=${() => setAsking(true)}>${t("correct.open")}</button>
    ${asking && html`<${Dialog} title=${t("correct.open")} confirm=${t("case.confirm")} danger onConfirm=${decide} onClose=${close}>
      <${Notice} tone="warn"><p>${t(consent ? "correct.consent" : "correct.visit")}</p><//>
      <${Input} name="reason" area required label=${t("correct.reason")} />
      ${!consent && html`<${Radios} name="known" legend=${t("correct.known")} options=${[["yes", t("correct.yes")], ["no", t("correct.no")]]} onChange=${setKnown} />`}
      ${known === "yes" && html`<${TrueReport} shown=${shown} outcome=${outcome} onOutcome=${setOutcome} onStop=${setStop} />`}
    <//>`}`;
}
