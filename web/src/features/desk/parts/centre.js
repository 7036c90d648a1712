// A leader gives a case to another call centre (AL-21).
import { t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input, Radios } from "../../../parts/fields.js";

const CENTRES = ["east", "tokyo", "west"];

export const centreWord = (centre) => (CENTRES.includes(centre) ? t(`centre.${centre}`) : t("centre.any"));

/** `onMove` takes {centre, reason}. */
export function MoveToCentre({ shown, onMove }) {
  const [asking, setAsking] = useState(false);
  const move = (form) => {
    setAsking(false);
    onMove({ centre: form.get("centre"), reason: form.get("reason") });
  };
  return html`<button type="button" class="button quiet" onClick=${() => setAsking(true)}>${t("centre.move")}</button>
    ${asking && html`<${Dialog} title=${t("centre.move")} confirm=${t("case.confirm")} onConfirm=${move} onClose=${() => setAsking(false)}>
      <${Radios} name="centre" legend=${t("centre.to")} options=${CENTRES.filter((one) => one !== shown.centre).map((one) => [one, centreWord(one)])} />
      <${Input} name="reason" area required label=${t("answer.reason")} />
    <//>`}`;
}
