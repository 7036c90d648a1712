// What a camera is set to, changed at once; and the camera removed.
import { t, word } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Icon } from "../../../parts/icon.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { changeDevice, removeDevice } from "../api.js";
import { camera as cameraLink } from "../links.js";

const MODES = ["guard", "pet", "motion-only"];
const RESPONSES = ["none", "alarm", "voice"];

function Choice({ id, label, group, options, value, onChoose }) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(event) => onChoose(event.target.value)}>
      ${options.map((option) => html`<option value=${option} selected=${option === value}>${word(group, option)}</option>`)}
    </select>
  </div>`;
}

export function CameraSettings({ home, device, contractor, onChanged, onRemoved }) {
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
  return html`
    <${Choice} id=${`${ids}mode`} label=${t("camera.mode")} group="mode" options=${MODES} value=${device.mode} onChoose=${(mode) => change({ mode })} />
    <${Choice} id=${`${ids}response`} label=${t("camera.response")} group="response" options=${RESPONSES} value=${device.response} onChoose=${(response) => change({ response })} />
    <a class="button outline wide" href=${cameraLink({ home, camera: device.id })} aria-label=${t("view.openOf", { name: device.name })}><${Icon} name="settings" />${t("view.open")}</a>
    ${contractor && html`<button type="button" class="button remove" onClick=${() => setRemoving(true)}>${t("camera.remove")}</button>`}
    <${ProblemNotice} problem=${problem} />
    ${removing && html`<${Dialog} title=${t("camera.removeTitle", { name: device.name })} confirm=${t("camera.removeConfirm")} danger onConfirm=${remove} onClose=${() => setRemoving(false)}>
      <p>${t("camera.removeText")}</p>
    <//>`}`;
}
