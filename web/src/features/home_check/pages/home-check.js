// Home checks of a home, for its contractor: who is looked after, whom to phone, what came of it.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { placeIn, position } from "../../../lib/position.js";
import { fullDay, moment } from "../../../lib/time.js";
import { html, useRef, useState } from "../../../lib/ui.js";
import { Check, filled, Form, Input, Select } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { home as homeLink } from "../../homes/links.js";
import { caseImage, casesOf, homeCheckOf, register, replace } from "../api.js";
import { CaseBody, stateWord } from "../parts/case.js";
import { CLOSE } from "../relations.js";

const PACE = 20_000;
/** Where the API speaks of what a field of the form holds. */
const PLACES = { "target.name": "name", "target.relation": "relation", "target.phone": "target_phone", "target.address": "target_address", "target.place": "place" };
const HOLDS = ["pending", "granted"];
const lastDay = (deadline) => fullDay(Date.parse(deadline) - 1);

function Place() {
  const field = useRef();
  const [failed, setFailed] = useState(false);
  const here = async () => {
    setFailed(false);
    try {
      const { latitude, longitude } = await position();
      field.current.querySelector("input").value = `${latitude}, ${longitude}`;
    } catch {
      setFailed(true);
    }
  };
  return html`<div ref=${field}>
    <${Input} name="place" label=${t("check.place")} hint=${t("check.placeHint")} required placeholder="35.6812, 139.7671" />
    <button type="button" class="button quiet" onClick=${here}>${t("check.placeHere")}</button>
    <div role="status">${failed && html`<p class="hint">${t("check.placeFailed")}</p>`}</div>
  </div>`;
}

function Register({ home, known, onDone }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const place = placeIn(form.place.value);
    form.place.setCustomValidity(place ? "" : t("check.placeWrong"));
    if (!form.reportValidity()) return;
    const said = filled(form, ["phone", "address", "name", "relation", "target_phone", "target_address"]);
    setBusy(true);
    setProblem(null);
    try {
      const send = HOLDS.includes(known.state) ? replace : register;
      onDone(await send({ home }, {
        phone: said.phone,
        address: said.address,
        target: { name: said.name, relation: said.relation, phone: said.target_phone, address: said.target_address, place },
        terms: known.terms,
      }));
      say(t("check.done"));
      scrollTo(0, 0);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return html`<${Form} draft="registration" class="card" problem=${problem} places=${PLACES} onSubmit=${submit} onInput=${(event) => event.target.setCustomValidity("")}>
    <p>${t("check.formLead")}</p>
    <h3>${t("check.target")}</h3>
    <${Input} name="name" label=${t("check.name")} required maxlength="60" />
    <${Select} name="relation" label=${t("check.relation")} options=${CLOSE.map((one) => [one, word("relation", one)])} />
    <${Input} name="target_phone" type="tel" label=${t("check.phone")} hint=${t("check.phoneHint")} required maxlength="20" />
    <${Input} name="target_address" label=${t("check.address")} required maxlength="200" />
    <${Place} />
    <h3>${t("check.you")}</h3>
    <${Input} name="phone" type="tel" label=${t("check.yourPhone")} required maxlength="20" autocomplete="tel" />
    <${Input} name="address" label=${t("check.yourAddress")} required maxlength="200" autocomplete="street-address" />
    <p class="hint">${t("check.provider", { provider: known.provider })}</p>
    <${Check} name="terms" required label=${t("check.terms", { provider: known.provider, version: known.terms })} />
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary wide" disabled=${busy}>${t("check.submit")}</button>
  <//>`;
}

function Cases({ home }) {
  const { data } = useAnswer(casesOf.path({ home }), { every: PACE });
  if (!data?.length) return null;
  const newest = [...data].sort((a, b) => b.opened_at.localeCompare(a.opened_at));
  return html`<section aria-labelledby="cases-title"><h2 id="cases-title">${t("case.list")}</h2>
    ${newest.map((shown, n) => html`<details class="card case" key=${shown.case} open=${n === 0}>
      <summary><strong>${t(`case.${shown.kind}`)}</strong><span class="pill">${stateWord(shown)}</span>
        <span class="hint">${moment(shown.opened_at, dayWords())} ${shown.case}</span></summary>
      <${CaseBody} shown=${shown} image=${(name) => caseImage.path({ home, case: shown.case, name })} />
    </details>`)}</section>`;
}

export function HomeCheck({ me, home, title }) {
  const answer = useAnswer(homeCheckOf.path({ home }), { every: PACE });
  const [changing, setChanging] = useState(false);
  const other = instead(answer, title);
  if (other) return other;
  const { data: known, put, reload } = answer;
  const holds = HOLDS.includes(known.state);
  const done = (changed) => {
    setChanging(false);
    put(changed);
    reload();
  };
  const name = me.homes.find((one) => one.id === home)?.name ?? t("home.cameras");
  return html`<div class="narrow">
    <${Back} href=${homeLink({ home })}>${t("home.back", { home: name })}<//>
    <${Title}>${t("check.title")}<//>
    <div class=${`summary ${known.state === "granted" ? "well" : ""}`}>
      <${Icon} name=${known.state === "granted" ? "check" : "info"} />
      <div><p class="summary-main">${t(`check.is-${known.state}`, { target: known.target ?? "" })}</p>
        ${known.first_call_by && html`<p>${t("check.deadlines", { first: lastDay(known.first_call_by), last: lastDay(known.asked_until) })}</p>`}
        ${known.running && html`<p>${t("check.running")}</p>`}</div>
    </div>
    <div class="card call"><p>${t("check.call")}</p>
      <a class="button primary wide" href=${`tel:${known.call_centre}`}><${Icon} name="phone" />${known.call_centre}</a>
      <p class="hint">${t("check.callHint")}</p><p class="hint">${t("case.presence")}</p></div>
    ${holds && !changing && html`<button type="button" class="button outline" onClick=${() => setChanging(true)}>${t("check.replace")}</button>`}
    ${holds && changing && html`<${Notice} tone="warn"><p>${t("check.replaceHint", { target: known.target })}</p><//>`}
    ${(!holds || changing) && html`<section aria-labelledby="register"><h2 id="register">${t(holds ? "check.replace" : "check.register")}</h2>
      <${Register} key=${known.state} home=${home} known=${known} onDone=${done} /></section>`}
    <${Cases} home=${home} />
  </div>`;
}
