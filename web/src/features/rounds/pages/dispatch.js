// Somebody phones and wants a guard to be sent: which home, what it costs, where it is.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { placeIn } from "../../../lib/position.js";
import { html, useState } from "../../../lib/ui.js";
import { Check, filled, Form, Input } from "../../../parts/fields.js";
import { Hidden } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { isOperator } from "../../desk/parts/who.js";
import { caseFile, desk } from "../../desk/links.js";
import { askDispatch, siteOf, surveySite } from "../api.js";

/** Where the API speaks of what a field of the form holds. */
const PLACES = { "caller.name": "caller", "caller.number": "number", "site.address": "address", "site.name": "name", "site.place": "place" };

function Survey({ home, known, onDone }) {
  const [problem, setProblem] = useState(null);
  const site = known.surveyed?.site;
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const place = placeIn(form.place.value);
    form.place.setCustomValidity(place ? "" : t("check.placeWrong"));
    if (!form.reportValidity()) return;
    const { site_note: note = "", ...said } = filled(form, ["name", "address", "phone", "site_note"]);
    setProblem(null);
    try {
      onDone(await surveySite({ site: home }, { ...said, note, place, served: form.served.checked, electricity: form.electricity.checked }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<details class="card case" open=${!site}><summary><strong>${t("dispatch.site")}</strong></summary>
    <${Form} problem=${problem} places=${{ note: "site_note" }} onSubmit=${submit} onInput=${(event) => event.target.setCustomValidity("")}>
      <${Input} name="name" required maxlength="60" value=${site?.name} label=${t("dispatch.nameplate")} />
      <${Input} name="address" required maxlength="200" value=${site?.address} label=${t("visits.address")} />
      <${Input} name="place" required value=${site ? `${site.place.latitude}, ${site.place.longitude}` : ""} placeholder="35.6812, 139.7671" label=${t("check.place")} hint=${t("check.placeHint")} />
      <${Input} name="phone" type="tel" maxlength="20" value=${site?.phone} label=${t("dispatch.phone")} />
      <${Input} name="site_note" maxlength="500" value=${site?.note} label=${t("request.note")} />
      <${Check} name="served" defaultChecked=${site?.served} label=${t("dispatch.served")} />
      <${Check} name="electricity" defaultChecked=${site?.electricity} label=${t("dispatch.electricity")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button outline wide">${t("dispatch.survey")}</button><//></details>`;
}

function Ask({ home }) {
  const { data: known, problem: lost, put } = useAnswer(siteOf.path({ site: home }));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!known) return html`<${ProblemNotice} problem=${lost?.hidden ? { kind: "refused", title: t("dispatch.noHome") } : lost} />`;
  const submit = async (event) => {
    event.preventDefault();
    const { caller, number = "", note = "" } = filled(event.target, ["caller", "number", "note"]);
    setBusy(true);
    setProblem(null);
    try {
      const opened = await askDispatch({}, { home, caller: { name: caller, number }, note });
      location.hash = caseFile({ case: opened.case });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return html`
    <${Notice} icon="home" title=${known.name}><p>${known.dispatch_yen === null ? t("dispatch.none") : t("dispatch.price", { yen: known.dispatch_yen.toLocaleString("ja-JP") })}</p><//>
    <${Survey} key=${`survey-${home}`} home=${home} known=${known} onDone=${put} />
    ${known.dispatch_yen !== null && known.surveyed && html`<${Form} draft="request" class="card" problem=${problem} places=${PLACES} onSubmit=${submit}>
      <${Input} name="caller" required maxlength="60" label=${t("request.name")} />
      <${Input} name="number" type="tel" maxlength="20" label=${t("request.number")} />
      <${Input} name="note" area label=${t("dispatch.note")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t("dispatch.submit")}</button><//>`}`;
}

export function DispatchPage({ me }) {
  const [home, setHome] = useState("");
  if (!isOperator(me)) return html`<${Hidden} />`;
  const find = (event) => {
    event.preventDefault();
    setHome(event.target.elements.home.value.trim());
  };
  return html`<div class="narrow"><${Back} href=${desk()}>${t("desk.title")}<//>
    <${Title}>${t("dispatch.title")}<//>
    <form role="search" class="card find" onSubmit=${find}><${Input} name="home" required label=${t("dispatch.home")} />
      <button type="submit" class="button outline wide">${t("find.submit")}</button></form>
    ${home && html`<${Ask} key=${home} home=${home} />`}</div>`;
}
