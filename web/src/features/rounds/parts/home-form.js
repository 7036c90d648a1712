// What a responder reports of an empty home: the items of the kind of visit, the mail, photographs.
import { t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { filled, Form, Input, Radios } from "../../../parts/fields.js";
import { ProblemNotice } from "../../../parts/messages.js";
import { small } from "../../../lib/photos.js";

const SEEN = ["ok", "ng", "unclear"];
const MOST = 4; // photographs
const DONE = { leave: ["left"], discard: ["discarded", "none"], forward: ["forwarded", "none"] };
/** Where the API speaks of what a field of the form holds. */
export const PLACES = Object.fromEntries(["note", "no_photo", "mailbox", "pieces", "forwarding_yen"].map((one) => [`report.${one}`, one]));

/** The report that a form with `HomeFields` holds, for the items of a stop. */
export function homeReportOf(form, { items }) {
  const seen = Object.fromEntries(Object.keys(items).map((item) => [item, form.elements[`seen.${item}`].value]));
  const said = filled(form, ["note", "no_photo", "mailbox", "pieces", "forwarding_yen"]);
  for (const number of ["pieces", "forwarding_yen"]) if (said[number]) said[number] = Number(said[number]);
  return { outcome: Object.values(seen).includes("ng") ? "abnormal" : "done", seen, ...said };
}

/** What was seen and done at a stop of the round; `children`, given whether anything is wrong, stand at the end. */
export function HomeFields({ stop, children }) {
  const [seen, setSeen] = useState({});
  const [mail, setMail] = useState("");
  const wrong = Object.values(seen).includes("ng");
  const collected = ["discarded", "forwarded"].includes(mail);
  return html`
    ${Object.entries(stop.items).map(([item, words]) => html`<${Radios} key=${item} row name=${`seen.${item}`} legend=${words}
      options=${SEEN.map((one) => [one, t(`seen.${one}`)])} onChange=${(value) => setSeen({ ...seen, [item]: value })} />`)}
    <${Radios} name="mailbox" legend=${t("round.mail")} options=${DONE[stop.mailbox.wish].map((one) => [one, t(`mail.${one}`)])} onChange=${setMail} />
    ${collected && html`<${Input} name="pieces" type="number" min="1" max="1000" required label=${t("round.pieces")} />`}
    ${mail === "forwarded" && html`<${Input} name="forwarding_yen" type="number" min="1" max="100000" required label=${t("round.forwardingYen")} />`}
    <${Input} name="note" area required=${wrong} label=${t("visit.note")} />
    ${children?.(wrong)}`;
}

/** `stop` is one of the round; `problem` what came of the last answer. */
export function HomeForm({ stop, busy, problem, onAnswer }) {
  const [missing, setMissing] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const files = [...form.elements.photos.files].slice(0, MOST);
    setMissing("");
    try {
      const photos = await Promise.all(files.map(small));
      onAnswer({ outcome: "reported", report: homeReportOf(form, stop), photos_jpeg: photos });
    } catch {
      setMissing(t("visit.noPhoto"));
    }
  };
  const cannot = (event) => {
    event.preventDefault();
    onAnswer({ outcome: "cannot", ...filled(event.target, ["why"]) });
  };
  return html`
    <${Form} draft=${`home ${stop.task}`} problem=${problem} places=${PLACES} onSubmit=${submit}>
      <${ProblemNotice} problem=${problem} />
      <${HomeFields} stop=${stop}>${(wrong) => html`
        <div class="field"><label for="photos">${t("round.photos")}</label><input id="photos" name="photos" type="file" accept="image/*" multiple capture="environment" /></div>
        ${wrong && html`<${Input} name="no_photo" label=${t("round.noPhoto")} />`}`}<//>
      <div role="alert">${missing && html`<p class="missing">${missing}</p>`}</div>
      <button type="submit" class="button primary wide" disabled=${busy}>${t("outcome.reported")}</button>
    <//>
    <details class="case"><summary><strong>${t("outcome.cannot")}</strong></summary>
      <${Form} onSubmit=${cannot}><${Input} name="why" area label=${t("answer.why")} required />
        <button type="submit" class="button outline" disabled=${busy}>${t("outcome.cannot")}</button><//></details>`;
}
