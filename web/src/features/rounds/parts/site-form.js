// What a guard reports of a home that a customer asked them to go to.
import { t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { filled, Form, Input, Radios } from "../../../parts/fields.js";
import { ProblemNotice } from "../../../parts/messages.js";
import { small } from "../../../lib/photos.js";

const OUTCOMES = ["nothing_wrong", "abnormal", "not_reached"];
/** Where the API speaks of what a field of the form holds. */
const PLACES = { "report.outcome": "outcome", "report.note": "note", photo_jpeg: "photo" };

/** `problem` is what came of the last answer. */
export function SiteForm({ busy, problem, onArrived, onAnswer }) {
  const [there, setThere] = useState(false);
  const [missing, setMissing] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const photo = new FormData(event.target).get("photo");
    const report = filled(event.target, ["outcome", "note"]);
    setMissing("");
    try {
      onAnswer({ outcome: "reported", report, photo_jpeg: photo?.size ? await small(photo) : "" });
    } catch {
      setMissing(t("visit.noPhoto"));
    }
  };
  const cannot = (event) => {
    event.preventDefault();
    onAnswer({ outcome: "cannot", ...filled(event.target, ["why"]) });
  };
  return html`
    ${!there && html`<button type="button" class="button outline wide" disabled=${busy} onClick=${async () => setThere(Boolean(await onArrived()))}>${t("visit.arrived")}</button>`}
    <${Form} class="card" draft="site" problem=${problem} places=${PLACES} onSubmit=${submit}>
      <${ProblemNotice} problem=${problem} />
      <${Radios} name="outcome" legend=${t("site.found")} options=${OUTCOMES.map((one) => [one, t(`site.${one}`)])} />
      <${Input} name="note" area label=${t("visit.note")} />
      <div class="field"><label for="photo">${t("visit.photo")}</label><input id="photo" name="photo" type="file" accept="image/*" capture="environment" /></div>
      <div role="alert">${missing && html`<p class="missing">${missing}</p>`}</div>
      <button type="submit" class="button primary wide" disabled=${busy}>${t("outcome.reported")}</button>
    <//>
    <details class="card case"><summary><strong>${t("outcome.cannot")}</strong></summary>
      <${Form} onSubmit=${cannot}><${Input} name="why" area label=${t("answer.why")} required />
        <button type="submit" class="button outline" disabled=${busy}>${t("outcome.cannot")}</button><//></details>`;
}
