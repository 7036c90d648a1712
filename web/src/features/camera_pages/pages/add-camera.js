import { dayWords, t } from "../../../lib/i18n.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { useHome } from "../../homes/api.js";
import { home as homeLink } from "../../homes/links.js";
import { addDevice } from "../../cameras/api.js";

const KINDS = ["smart-camera", "phone-camera"];
const PROFILES = ["security", "pet", "senior"];

function Choices({ name, legend, options }) {
  return html`<fieldset class="choices"><legend>${legend}</legend>
    ${options.map((option, n) => html`<label class="choice">
      <input type="radio" name=${name} value=${option} defaultChecked=${n === 0} />
      <span><strong>${t(`add.${option}`)}</strong><br />${t(`add.${option}Hint`)}</span>
    </label>`)}
  </fieldset>`;
}

function Setup({ home, device }) {
  const way = device.kind === "phone-camera" ? "phone" : "smart";
  return html`<div class="narrow">
    <${Title}>${t("setup.title", { name: device.name })}<//>
    <div class="card setup">
      <p id="setup-label">${t("setup.code")}</p>
      <p class="setup-code" aria-labelledby="setup-label">${device.setup_code}</p>
      <p class="hint">${t("setup.expires", { when: moment(device.setup_expires_at, dayWords()) })}</p>
      <p class="hint">${t("setup.once")}</p>
    </div>
    <h2>${t("setup.how")}</h2>
    <ol class="steps">
      ${[1, 2, 3].map((n) => html`<li>${t(`setup.${way}${n}`)}</li>`)}
      <li>${t("setup.last")}</li>
    </ol>
    <a class="button primary wide" href=${homeLink({ home })}>${t("setup.done")}</a>
  </div>`;
}

export function AddCamera({ home: id, title }) {
  const answer = useHome(id);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [added, setAdded] = useState(null);
  const other = instead(answer, title);
  if (other) return other;
  const { data: home, put } = answer;
  if (added) return html`<${Setup} home=${id} device=${added} />`;
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    setBusy(true);
    setProblem(null);
    try {
      const device = await addDevice({ home: id }, { name: form.get("name").trim(), kind: form.get("kind"), profile: form.get("profile") });
      const { setup_code: _code, setup_expires_at: _until, ...shown } = device;
      put([...home.devices, shown]);
      scrollTo(0, 0);
      setAdded(device);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const linked = home.devices.filter(({ group }) => group === "camera").length;
  const full = linked >= home.limits.camera;
  return html`<div class="narrow">
    <${Back} href=${homeLink({ home: id })}>${t("home.back", { home: home.name })}<//>
    <${Title}>${t("add.title")}<//>
    ${home.role !== "contractor"
      ? html`<${Notice}><p>${t("add.notContractor")}</p><//>`
      : html`<${Form} class="card" problem=${problem} onSubmit=${submit}>
        ${full && !problem && html`<${Notice} tone="warn"><p>${t("add.full", { n: linked, max: home.limits.camera })}</p><//>`}
        <${Input} name="name" type="text" label=${t("add.name")} hint=${t("add.nameHint")} required pattern=".*\\S.*" title=${t("add.required")} maxlength="40" />
        <${Choices} name="kind" legend=${t("add.kind")} options=${KINDS} />
        <${Choices} name="profile" legend=${t("add.profile")} options=${PROFILES} />
        <${ProblemNotice} problem=${problem} />
        <button type="submit" class="button primary wide" disabled=${busy}>${busy ? t("add.busy") : t("add.submit")}</button>
      <//>`}
  </div>`;
}
