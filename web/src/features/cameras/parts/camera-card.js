// One camera: how it is, how it looks there now, what it does.
import { t, word } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { ago } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { camera as cameraLink } from "../links.js";
import { taken } from "./offered.js";

const SILENT_AFTER = 2 * 3_600_000; // it reports every hour, whatever happens

/** Whether such a camera can be looked at live, as things are. */
export const showsLive = (device) =>
  device.kind === "smart-camera" && device.mode !== "motion-only" && device.state === "active";

export function cameraState(device) {
  if (device.state === "waiting") return "waiting";
  return device.seen_at && now() - Date.parse(device.seen_at) > SILENT_AFTER ? "silent" : "active";
}

/** What a part of the card asks of the camera is loaded when it is first pressed: Part, ask(). */
function usePart(load, name) {
  const [part, setPart] = useState(null);
  const [problem, setProblem] = useState(null);
  const ask = () => {
    setProblem(null);
    load().then((module) => setPart({ is: module[name] }), () => setProblem({ kind: "offline" }));
  };
  return { Part: part?.is, ask, problem };
}

function Ask({ home, device, load, name, look, icon, words }) {
  const { Part, ask, problem } = usePart(load, name);
  if (Part) return html`<${Part} home=${home} device=${device} asked />`;
  return html`<div class=${look}><${ProblemNotice} problem=${problem} />
    <button type="button" class=${`button ${look === "alarm" ? "outline" : "primary"} wide`} aria-label=${t(`${words}Of`, { name: device.name })} onClick=${ask}><${Icon} name=${icon} />${t(words)}</button></div>`;
}

function Settings({ device, ...rest }) {
  const { Part, ask, problem } = usePart(() => import("./camera-settings.js"), "CameraSettings");
  return html`<details class="settings" onToggle=${(event) => event.target.open && !Part && ask()}>
    <summary aria-label=${t("camera.settingsOf", { name: device.name })}><${Icon} name="settings" />${t("camera.settings")}<${Icon} name="down" /></summary>
    <${ProblemNotice} problem=${problem} retry=${ask} />
    ${Part && html`<${Part} device=${device} ...${rest} />`}
  </details>`;
}

/** The room as it is now, where such a camera can show it. */
function Look({ home, device }) {
  if (device.mode === "motion-only") return null; // the card says that it takes no pictures
  if (device.kind === "phone-camera") return html`<p class="aside"><${Icon} name="phone" />${t("snapshot.phone")}</p>`;
  return html`<${Ask} home=${home} device=${device} load=${() => import("./snapshot.js")} name="Snapshot" look="snapshot" icon="camera" words="snapshot.ask" />`;
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
      : html`<${Look} home=${home} device=${device} />
        ${showsLive(device) && html`<a class="button outline wide" href=${cameraLink({ home, camera: device.id })} aria-label=${t("live.openOf", { name: device.name })}><${Icon} name="motion" />${t("live.open")}</a>`}
        <${Ask} home=${home} device=${device} load=${() => import("./alarm.js")} name="Alarm" look="alarm" icon="bell" words="alarm.ask" />`}
    <${Settings} home=${home} device=${device} contractor=${contractor} onChanged=${onChanged} onRemoved=${onRemoved} />
  </article>`;
}
