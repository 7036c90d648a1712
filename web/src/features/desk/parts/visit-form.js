// What a responder reports from the door. There is no "entered": nobody goes in.
import { t } from "../../../lib/i18n.js";
import { html, useRef, useState } from "../../../lib/ui.js";
import { filled, Form, Input } from "../../../parts/fields.js";
import { ProblemNotice } from "../../../parts/messages.js";
import { PLACES, ReportFields, reportOf, signs } from "./report.js";
import { Signature } from "./signature.js";

const LONGEST = 1600; // px: enough to see a door, small enough for a phone's line

/** A photograph as JPEG in Base64, made small. */
async function small(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width * scale, height: image.height * scale });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
}

/** `problem` is what came of the last answer; it is shown in the form that was sent. */
export function VisitForm({ busy, problem, onArrived, onAnswer }) {
  const [gaveUp, setGaveUp] = useState(false);
  const [outcome, setOutcome] = useState(null);
  const [missing, setMissing] = useState("");
  const [there, setThere] = useState(false);
  const signature = useRef(() => "");
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form);
    const signed = signs(outcome) ? signature.current() : "";
    if (signs(outcome) && !signed) {
      setMissing(t("visit.noSignature"));
      return;
    }
    const photo = data.get("photo");
    let picture = "";
    try {
      picture = photo?.size ? await small(photo) : "";
    } catch {
      setMissing(t("visit.noPhoto"));
      return;
    }
    setMissing("");
    setGaveUp(false);
    onAnswer({
      outcome: "reported",
      report: reportOf(form, outcome),
      signature_png: signed,
      photo_jpeg: picture,
    });
  };
  const cannot = (event) => {
    event.preventDefault();
    setGaveUp(true);
    onAnswer({ outcome: "cannot", ...filled(event.target, ["why"]) });
  };
  return html`
    ${!there && html`<button type="button" class="button outline wide" disabled=${busy} onClick=${async () => setThere(Boolean(await onArrived()))}>${t("visit.arrived")}</button>`}
    <${Form} class="card" draft="visit" problem=${gaveUp ? null : problem} places=${PLACES} onSubmit=${submit}>
      <${ProblemNotice} problem=${gaveUp ? null : problem} />
      <${ReportFields} outcome=${outcome} onOutcome=${setOutcome}>${signs(outcome) && html`<${Signature} read=${signature} />`}<//>
      <div class="field"><label for="photo">${t("visit.photo")}</label><input id="photo" name="photo" type="file" accept="image/*" capture="environment" /></div>
      <${Input} name="note" area label=${t("visit.note")} />
      <div role="alert">${missing && html`<p class="missing">${missing}</p>`}</div>
      <button type="submit" class="button primary wide" disabled=${busy}>${t("outcome.reported")}</button>
    <//>
    <details class="card case"><summary><strong>${t("outcome.cannot")}</strong></summary>
      <${Form} problem=${gaveUp ? problem : null} onSubmit=${cannot}><${ProblemNotice} problem=${gaveUp ? problem : null} /><${Input} name="why" area label=${t("answer.why")} required />
        <button type="submit" class="button outline" disabled=${busy}>${t("outcome.cannot")}</button><//></details>`;
}
