// What can be asked of a camera from its card: a picture, to look live, its alarm.
import { t } from "../../../lib/i18n.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { camera as cameraLink } from "../links.js";
import { Alarm } from "./alarm.js";
import { Snapshot } from "./snapshot.js";

export const Actions = ({ home, device, live }) => html`<${Snapshot} home=${home} device=${device} />
  ${live && html`<a class="button outline wide" href=${cameraLink({ home, camera: device.id })} aria-label=${t("live.openOf", { name: device.name })}><${Icon} name="motion" />${t("live.open")}</a>`}
  <${Alarm} home=${home} device=${device} />`;
