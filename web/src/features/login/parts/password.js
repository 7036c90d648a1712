// A password, which may be shown.
import { t } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";

export function Password({ id, label, complete, hint }) {
  const [shown, show] = useState(false);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${id} type=${shown ? "text" : "password"} autocomplete=${complete} required aria-describedby=${hint && `${id}-hint`} />
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    <label class="check"><input type="checkbox" checked=${shown} onChange=${(event) => show(event.target.checked)} />${t("login.show")}</label>
  </div>`;
}

/** A number of six digits, from a mail or an authenticator. */
export const Code = ({ label }) => html`<div class="field"><label for="code">${label}</label>
  <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="\\s*\\d{6}\\s*" maxlength="8" required /></div>`;
