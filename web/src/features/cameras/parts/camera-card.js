// One camera: how it is, how it looks there now, what it does.
import { t, word } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { ago } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { changeDevice, removeDevice } from "../api.js";
import { camera as cameraLink } from "../links.js";
import { later } from "../../../parts/later.js";
import { taken } from "./offered.js";

/** Loaded after the cards themselves, which say how the cameras are. */
const Actions = later(() => import("./actions.js"), "Actions");

const MODES = ["guard", "pet", "motion-only"];
const RESPONSES = ["none", "alarm", "voice"];
const SILENT_AFTER = 2 * 3_600_000; // it reports every hour, whatever happens

/** Whether such a camera can be looked at live, as things are. */
export const showsLive = (device) =>
  device.kind === "smart-camera" && device.mode !== "motion-only" && device.state === "active";

export function cameraState(device) {
  if (device.state === "waiting") return "waiting";
  return device.seen_at && now() - Date.parse(device.seen_at) > SILENT_AFTER ? "silent" : "active";
}

function Choice({ id, label, group, options, value, onChoose }) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(event) => onChoose(event.target.value)}>
      ${options.map((option) => html`<option value=${option} selected=${option === value}>${word(group, option)}</option>`)}
    </select>
  </div>`;
}

function Settings({ home, device, contractor, onChanged, onRemoved }) {
  const [problem, setProblem] = useState(null);
  const [removing, setRemoving] = useState(false);
  const change = async (part) => {
    setProblem(null);
    onChanged({ ...device, ...part }); // shown as chosen; put back when refused
    try {
      onChanged(await changeDevice({ home, thing: device.id }, part));
      say(t("app.saved"));
    } catch (error) {
      onChanged(device);
      setProblem(error);
    }
  };
  const remove = async () => {
    setRemoving(false);
    try {
      await removeDevice({ home, thing: device.id });
      say(t("camera.removed", { name: device.name }));
      onRemoved(device);
    } catch (error) {
      setProblem(error);
    }
  };
  const ids = `${device.id}-`;
  return html`<details class="settings">
    <summary aria-label=${t("camera.settingsOf", { name: device.name })}><${Icon} name="settings" />${t("camera.settings")}<${Icon} name="down" /></summary>
    <${Choice} id=${`${ids}mode`} label=${t("camera.mode")} group="mode" options=${MODES} value=${device.mode} onChoose=${(mode) => change({ mode })} />
    <${Choice} id=${`${ids}response`} label=${t("camera.response")} group="response" options=${RESPONSES} value=${device.response} onChoose=${(response) => change({ response })} />
    <a class="button outline wide" href=${cameraLink({ home, camera: device.id })} aria-label=${t("view.openOf", { name: device.name })}><${Icon} name="settings" />${t("view.open")}</a>
    ${contractor && html`<button type="button" class="button remove" onClick=${() => setRemoving(true)}>${t("camera.remove")}</button>`}
    <${ProblemNotice} problem=${problem} />
    ${removing && html`<${Dialog} title=${t("camera.removeTitle", { name: device.name })} confirm=${t("camera.removeConfirm")} danger onConfirm=${remove} onClose=${() => setRemoving(false)}>
      <p>${t("camera.removeText")}</p>
    <//>`}
  </details>`;
}

export function CameraCard({ home, device, contractor, onChanged, onRemoved }) {
  const state = cameraState(device);
  const facts = [
    [t("camera.seen"), device.seen_at ? ago(device.seen_at) : t("camera.neverSeen")],
    [t("camera.mode"), word("mode", device.mode)],
    device.pictures_on_device > 0 && [t("camera.pictures"), t("camera.picturesCount", { n: device.pictures_on_device })],
    device.waiting > 0 && [t("camera.late"), t("camera.lateCount", { n: device.waiting })],
  ].filter(Boolean);
  return html`<article class="card camera" aria-labelledby=${`${device.id}-name`}>
    <header>
      <div>
        <h3 id=${`${device.id}-name`}>${device.name}</h3>
        <p class="kind"><${Icon} name=${device.kind === "phone-camera" ? "phone" : "camera"} />${word("kind", device.kind)}</p>
      </div>
      <span class=${`pill ${state}`}>${t(`state.${state}`)}</span>
    </header>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${device.blind && html`<${Notice} tone="error"><p>${word("blind", device.blind)}</p><//>`}
    ${device.restless?.some((place) => !taken(device.zones ?? [], place)) && html`<${Notice} icon="motion"><p>${t("camera.restless")} <a href=${cameraLink({ home, camera: device.id })}>${t("camera.restlessLink")}</a></p><//>`}
    ${device.mains === false && html`<${Notice} tone="warn"><p>${t("camera.noMains")}${device.battery != null && ` ${t("camera.battery", { n: device.battery })}`}</p><//>`}
    ${state === "silent" && html`<${Notice} tone="warn"><p>${t("camera.silent")}</p><//>`}
    ${state === "waiting"
      ? html`<${Notice}><p>${t("camera.waiting")}</p><//>`
      : html`<${Actions} home=${home} device=${device} live=${showsLive(device)} />`}
    <${Settings} home=${home} device=${device} contractor=${contractor} onChanged=${onChanged} onRemoved=${onRemoved} />
  </article>`;
}
