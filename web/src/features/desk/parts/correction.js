// What was written down is not true: a report from the wrong door, a consent of somebody else.
import { t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input, Radios } from "../../../parts/fields.js";
import { Notice } from "../../../parts/messages.js";
import { ReportFields, reportOf } from "./report.js";

const SITE = ["nothing_wrong", "abnormal", "not_reached"];

/** Whether there is something to correct: the API has the last word. */
export const corrects = ({ kind, state, timeline }) => (kind === "consent"
  ? ["granted", "refused", "unconfirmed"].includes(state)
  : timeline.some(({ event }) => ["visited", "site_reported", "home_reported", "corrected"].includes(event)));

/** `onCorrect` takes {reason, report}; no report: it is not known what is true. */
export function Correction({ shown, onCorrect }) {
  const [asking, setAsking] = useState(false);
  const [known, setKnown] = useState("");
  const [outcome, setOutcome] = useState(null);
  const consent = shown.kind === "consent";
  const site = ["requested", "alarm"].includes(shown.kind);
  const asked = !consent && shown.kind !== "patrol"; // of an empty home only that nobody was there
  const close = () => { setAsking(false); setKnown(""); setOutcome(null); };
  const decide = (data) => {
    const report = known !== "yes" ? null : site ? { outcome: data.get("outcome"), note: data.get("note") ?? "" } : reportOf(document.querySelector("dialog form"), outcome);
    close();
    onCorrect({ reason: data.get("reason"), report });
  };
  return html`<button type="button" class="button quiet" onClick=${() => setAsking(true)}>${t("correct.open")}</button>
    ${asking && html`<${Dialog} title=${t("correct.open")} confirm=${t("case.confirm")} danger onConfirm=${decide} onClose=${close}>
      <${Notice} tone="warn"><p>${t(consent ? "correct.consent" : "correct.visit")}</p><//>
      <${Input} name="reason" area required label=${t("correct.reason")} />
      ${asked && html`<${Radios} name="known" legend=${t("correct.known")} options=${[["yes", t("correct.yes")], ["no", t("correct.no")]]} onChange=${setKnown} />`}
      ${known === "yes" && site && html`<${Radios} name="outcome" legend=${t("site.found")} options=${SITE.map((one) => [one, t(`site.${one}`)])} /><${Input} name="note" area label=${t("visit.note")} />`}
      ${known === "yes" && !site && html`<${ReportFields} outcome=${outcome} onOutcome=${setOutcome} />`}
    <//>`}`;
}
