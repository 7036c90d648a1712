// What a camera tells of, what it ignores, and what it can see.
import { t, word } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { useHome } from "../../homes/api.js";
import { home as homeLink } from "../../homes/links.js";
import { changeDevice } from "../../cameras/api.js";
import { useEvents } from "../../cameras/events.js";
import { showsLive } from "../../cameras/parts/camera-card.js";
import { Live } from "../parts/live.js";
import { Turn } from "../parts/turn.js";
import { Walk } from "../parts/walk.js";
import { Zones } from "../parts/zones.js";

const PACE = 20_000;
const TELLS = ["people", "anything"];
const SENSITIVITIES = ["low", "normal", "high"];

function Told({ home, device, onChanged }) {
  const [problem, setProblem] = useState(null);
  const change = async (part) => {
    setProblem(null);
    try {
      onChanged(await changeDevice({ home, thing: device.id }, part));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<section class="card told" aria-labelledby="told-title">
    <h2 id="told-title">${t("told.title")}</h2>
    <fieldset class="choices"><legend>${t("told.what")}</legend>
      ${TELLS.map((tell) => html`<label class="choice">
        <input type="radio" name="tell" value=${tell} checked=${device.tell === tell} onChange=${() => change({ tell })} />
        <span><strong>${t(`told.${tell === "people" && device.mode === "pet" ? "pets" : tell}`)}</strong><br />${t(`told.${tell}Hint`)}</span>
      </label>`)}
    </fieldset>
    <div class="field"><label for="sensitivity">${t("told.sensitivity")}</label>
      <select id="sensitivity" value=${device.sensitivity} onChange=${(event) => change({ sensitivity: event.target.value })}>
        ${SENSITIVITIES.map((one) => html`<option value=${one} selected=${one === device.sensitivity}>${word("sensitivity", one)}</option>`)}
      </select></div>
    <p class="hint">${t("told.siren")}</p>
    <${ProblemNotice} problem=${problem} />
  </section>`;
}

export function Camera({ home: id, camera: thing, title }) {
  const answer = useHome(id, { every: PACE });
  const list = useEvents(id);
  const other = instead(answer, title);
  if (other) return other;
  const { data: home, put, reload } = answer;
  const device = home.devices.find((one) => one.id === thing && one.group === "camera");
  if (!device) return html`<${Hidden} />`;
  const changed = (next) => put(home.devices.map((one) => (one.id === next.id ? { ...one, ...next } : one)));
  const last = list.events?.find((event) => event.device === thing && event.picture)?.picture ?? null;
  return html`<div class="narrow camera-page">
    <${Back} href=${homeLink({ home: id })}>${t("home.back", { home: home.name })}<//>
    <${Title}>${t("view.title", { name: device.name })}<//>
    ${device.blind && html`<${Notice} tone="error"><p>${word("blind", device.blind)}</p><//>`}
    ${showsLive(device) && html`<${Live} home=${id} device=${device} />`}
    ${device.turns && device.state === "active" && html`<${Turn} home=${id} device=${device} />`}
    ${device.mode !== "motion-only" && html`<${Told} home=${id} device=${device} onChanged=${changed} />`}
    <${Zones} home=${id} device=${device} last=${last} onChanged=${changed} />
    <${Walk} home=${id} device=${device} onWalked=${reload} />
  </div>`;
}
