// When something happened that the centre writes down for a responder on the telephone.
import { t } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { instantOf, localOf } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Input } from "../../../parts/fields.js";

/** What `When` says of a time that is still to come. */
export const TO_COME = null;

/** The times that a request is sent with. */
export const timed = (when) => (when ? { occurred_at: when } : {});

/** `onWhen` is given an instant, "" for now, or TO_COME. */
export function When({ onWhen }) {
  const [later, setLater] = useState(false);
  const said = (event) => {
    const { value } = event.target;
    const toCome = Boolean(value) && Date.parse(instantOf(value)) > now();
    setLater(toCome);
    onWhen(toCome ? TO_COME : value && instantOf(value));
  };
  return html`<div class="card when">
    <${Input} name="occurred_at" type="datetime-local" max=${localOf(now())} label=${t("when.label")} hint=${t("when.hint")} onInput=${said} />
    <div role="alert">${later && html`<p class="missing">${t("when.toCome")}</p>`}</div></div>`;
}
