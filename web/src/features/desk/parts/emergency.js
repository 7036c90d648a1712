// Somebody needs help: 119 or 110 is called first, then this is pressed.
import { t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input, Radios } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";

const AUTHORITIES = ["119", "110", "none"];

/** `onReport` takes {authority, said}. */
export function Emergency({ busy, onReport }) {
  const [asking, setAsking] = useState(false);
  const report = (form) => {
    setAsking(false);
    onReport({ authority: form.get("authority"), said: form.get("said") });
  };
  return html`<button type="button" class="button danger wide" disabled=${busy} onClick=${() => setAsking(true)}><${Icon} name="warn" />${t("emergency.report")}</button>
    ${asking && html`<${Dialog} title=${t("emergency.report")} confirm=${t("emergency.confirm")} danger onConfirm=${report} onClose=${() => setAsking(false)}>
      <p>${t("emergency.first")}</p>
      <${Radios} name="authority" legend=${t("emergency.called")} options=${AUTHORITIES.map((one) => [one, t(`authority.${one}`)])} />
      <${Input} name="said" area required label=${t("emergency.said")} />
    <//>`}`;
}
